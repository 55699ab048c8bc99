import { type Hex, toHex } from '../bytes/hex.ts';
import { decodeVersion, embeddedVersion, type RuntimeVersion } from '../code/label.ts';
import { outlineWasm } from '../code/sections.ts';
import { engine, type WasmModule } from '../code/webassembly.ts';
import { unpackCode } from '../code/zstd.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { blake2b256, type StateVersion } from '../proof/index.ts';
import type { GivenSignatures } from './given-signatures.ts';
import type { RuntimeLog } from './host/host.ts';
import { type InitialData, RuntimeInstance } from './instance.ts';
import { RuntimePanic } from './panic.ts';
import { EMPTY_BACKEND, MissingStorage, type StorageRequest } from './storage/backend.ts';
import { Overlay } from './storage/overlay.ts';

export interface CallResult {
  readonly result: Uint8Array;
  readonly logs: readonly RuntimeLog[];
}

/** How a call ends; "could not be run for want of storage" is no panic. */
export type CallOutcome =
  | ({ readonly kind: 'returned' } & CallResult)
  | { readonly kind: 'panicked'; readonly panic: RuntimePanic }
  | { readonly kind: 'missing'; readonly request: StorageRequest };

/** Memory that a runtime may begin with, in pages of 64 KiB: what nodes give it in all. */
const MOST_INITIAL_PAGES = 2048;

const COMPILED = new WeakMap<Uint8Array, Runtime>();
/** The same by the hash of the code, for as long as somebody has the runtime: states hold copies of one code. */
const BY_HASH = new Map<Hex, WeakRef<Runtime>>();

/**
 * A compiled runtime. Calls run on the engine's own WebAssembly compiler, one at a time, and write
 * nothing but the overlay they are given.
 */
export class Runtime {
  readonly version: RuntimeVersion;
  /** Whether it says its version in sections of the code, where nodes look for that of a substitute. */
  readonly isLabelled: boolean;
  /** blake2-256 of the code as it was given, compressed or not. */
  readonly hash: Hex;
  /** Of the trie of its states. */
  readonly stateVersion: StateVersion;
  /** What it exports, such as `AuraApi_slot_duration`: which APIs it has. */
  readonly functions: ReadonlySet<string>;
  readonly #module: WasmModule;
  readonly #initialPages: number;
  readonly #imports: readonly string[];
  /** Instantiating costs more than most calls: the last instance serves the next one. */
  #idle: RuntimeInstance | undefined;
  #data: InitialData | null = null;

  /**
   * The runtime of this code, compiled once however many chains run it; the bytes must not be changed afterwards.
   * @throws RESCUE_CODE_INVALID
   */
  static of(blob: Uint8Array): Runtime {
    let runtime = COMPILED.get(blob);
    if (runtime === undefined) {
      const hash = toHex(blake2b256(blob));
      runtime = BY_HASH.get(hash)?.deref() ?? new Runtime(blob, hash);
      for (const [other, reference] of BY_HASH) if (!reference.deref()) BY_HASH.delete(other);
      BY_HASH.set(hash, new WeakRef(runtime));
      COMPILED.set(blob, runtime);
    }
    return runtime;
  }

  /** Throws RESCUE_CODE_INVALID when `blob` is no wasm or says no version. */
  constructor(blob: Uint8Array, hash: Hex = toHex(blake2b256(blob))) {
    this.hash = hash;
    try {
      const wasm = unpackCode(blob);
      this.#module = new engine.Module(wasm);
      this.#imports = engine.Module.imports(this.#module)
        .filter(({ kind }) => kind === 'function')
        .map(({ name }) => name);
      const outline = outlineWasm(wasm);
      if (outline.memory?.origin !== 'imported') throw new TypeError('it imports no memory');
      if (outline.memory.pages > MOST_INITIAL_PAGES)
        throw new RangeError(`it begins with ${outline.memory.pages} pages of memory`);
      this.#initialPages = outline.memory.pages;
      this.functions = outline.exportedFunctions;
      const embedded = embeddedVersion(outline);
      this.isLabelled = embedded !== null;
      this.version = embedded ?? this.compiledVersion();
      this.stateVersion = this.version.stateVersion === 0 ? 0 : 1;
    } catch (cause) {
      throw new RescueError(
        'RESCUE_CODE_INVALID',
        `This code does not compile as a runtime: ${messageOf(cause).slice(0, 300)}.`,
        { cause },
      );
    }
  }

  /**
   * Runs one exported function. Only a call that returns leaves anything in `overlay`; transactions that the runtime left
   * open are rolled back, as nodes do. A call that misses storage can be run again, on the same overlay, once its
   * backend knows more.
   * @throws RESCUE_EXECUTION_FAILED when it could not be run: the runtime has no such function (`details.missing`), or needs
   * what this executor does not have.
   */
  attempt(method: string, argument: Uint8Array, overlay: Overlay, given?: GivenSignatures): CallOutcome {
    const depth = overlay.depth;
    overlay.begin();
    try {
      const answer = this.#run(method, argument, overlay, given);
      while (overlay.depth > depth + 1) overlay.rollback();
      overlay.commit();
      return { kind: 'returned', ...answer };
    } catch (error) {
      // What a call visited that misses something would count twice once it is run again.
      while (overlay.depth > depth) overlay.undo();
      if (error instanceof RuntimePanic) return { kind: 'panicked', panic: error };
      if (error instanceof MissingStorage) return { kind: 'missing', request: error.request };
      throw error;
    }
  }

  /** As `attempt`, for storage that is known to the last key. Throws RuntimePanic, and RESCUE_EXECUTION_FAILED. */
  call(method: string, argument: Uint8Array, overlay: Overlay): CallResult {
    const outcome = this.attempt(method, argument, overlay);
    if (outcome.kind === 'returned') return outcome;
    if (outcome.kind === 'panicked') throw outcome.panic;
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `Runtime call ${method} needs storage that is not known.`,
      {
        details: { request: outcome.request },
      },
    );
  }

  #run(method: string, argument: Uint8Array, overlay: Overlay, given?: GivenSignatures): CallResult {
    const instance = this.#take(overlay);
    instance.host.given = given;
    const entry = instance.exports[method];
    if (typeof entry !== 'function') {
      this.#idle = instance;
      throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime has no function ${method}.`, {
        details: { missing: method },
      });
    }
    const { host } = instance;
    try {
      const pointer = host.place(argument);
      const fat = (entry as (p: number, l: number) => bigint)(pointer, argument.length);
      const result = host.copy(fat);
      this.#idle = instance;
      return { result, logs: host.logs };
    } catch (cause) {
      // An instance that did not return is thrown away: nobody knows where its stack ends. What this executor lacks is no
      // panic of the runtime.
      if (cause instanceof MissingStorage || cause instanceof RescueError) throw cause;
      const said = host.panic ?? host.logs.findLast(({ level }) => level === 0)?.message;
      throw new RuntimePanic(method, said ?? messageOf(cause), cause, host.logs);
    }
  }

  #take(overlay: Overlay): RuntimeInstance {
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle === undefined) return this.#instantiate(overlay);
    idle.reset(overlay);
    return idle;
  }

  #instantiate(overlay: Overlay): RuntimeInstance {
    try {
      const needs = { imports: this.#imports, memoryPages: this.#initialPages, data: this.#data };
      const instance = new RuntimeInstance(this.#module, needs, overlay);
      this.#data = instance.data;
      return instance;
    } catch (cause) {
      throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime cannot be loaded: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  /** What it says of itself when it runs, whatever its sections say. @throws RuntimePanic, MalformedBytes */
  compiledVersion(): RuntimeVersion {
    return decodeVersion(this.call('Core_version', new Uint8Array(), new Overlay(EMPTY_BACKEND)).result);
  }
}
