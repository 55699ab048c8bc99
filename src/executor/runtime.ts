import { RescueError } from '../domain/errors.ts';
import { decodeVersion, embeddedVersion, type RuntimeVersion, unpackCode } from './code.ts';
import type { RuntimeLog } from './host/host.ts';
import { RuntimeInstance } from './instance.ts';
import { RuntimePanic } from './panic.ts';
import { Overlay } from './storage/overlay.ts';
import { State } from './storage/state.ts';
import { engine, type WasmModule } from './webassembly.ts';

export interface CallResult {
  readonly result: Uint8Array;
  readonly logs: readonly RuntimeLog[];
}

const COMPILED = new WeakMap<Uint8Array, Runtime>();

/**
 * A compiled runtime. Calls run on the engine's own WebAssembly compiler, one at a time, and write
 * nothing but the overlay they are given.
 */
export class Runtime {
  readonly version: RuntimeVersion;
  readonly #module: WasmModule;
  readonly #initialPages: number;
  readonly #imports: readonly string[];
  /** Instantiating costs more than most calls: the last instance serves the next one. */
  #idle: RuntimeInstance | undefined;

  /** The runtime of these very bytes, compiled once however many chains run it. Throws RESCUE_CODE_INVALID. */
  static of(blob: Uint8Array): Runtime {
    let runtime = COMPILED.get(blob);
    if (runtime === undefined) {
      runtime = new Runtime(blob);
      COMPILED.set(blob, runtime);
    }
    return runtime;
  }

  /** Throws RESCUE_CODE_INVALID when `blob` is no wasm or says no version. */
  constructor(blob: Uint8Array) {
    try {
      const wasm = unpackCode(blob);
      this.#module = new engine.Module(wasm);
      this.#imports = engine.Module.imports(this.#module)
        .filter(({ kind }) => kind === 'function')
        .map(({ name }) => name);
      this.#initialPages = importedMemoryPages(wasm);
      this.version = embeddedVersion(this.#module) ?? this.#versionByCall();
    } catch (cause) {
      throw new RescueError('RESCUE_CODE_INVALID', 'This code does not compile as a runtime.', { cause });
    }
  }

  /** Throws RuntimePanic when the call traps; `overlay` may then hold half-done work: drop it or roll it back. */
  call(method: string, argument: Uint8Array, overlay: Overlay): CallResult {
    const instance = this.#take(overlay);
    const entry = instance.exports[method];
    if (typeof entry !== 'function') {
      this.#idle = instance;
      throw new RescueError('RESCUE_DEVNET_FAILED', `The runtime has no function ${method}.`, {
        details: { missing: method },
      });
    }
    const { host } = instance;
    const depth = overlay.depth;
    try {
      const pointer = host.place(argument);
      const fat = (entry as (p: number, l: number) => bigint)(pointer, argument.length);
      const result = host.copy(fat);
      this.#idle = instance;
      return { result, logs: host.logs };
    } catch (cause) {
      while (overlay.depth > depth) overlay.rollback();
      const said = host.panic ?? host.logs.findLast(({ level }) => level === 0)?.message;
      throw new RuntimePanic(method, said ?? (cause instanceof Error ? cause.message : String(cause)), cause);
    }
  }

  #take(overlay: Overlay): RuntimeInstance {
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle === undefined)
      return new RuntimeInstance(this.#module, this.#imports, this.#initialPages, overlay);
    idle.reset(overlay);
    return idle;
  }

  #versionByCall(): RuntimeVersion {
    return decodeVersion(
      this.call('Core_version', new Uint8Array(), new Overlay(State.genesis([], 0))).result,
    );
  }
}

/** The smallest size, in 64 KiB pages, of the memory that the module imports. */
function importedMemoryPages(wasm: Uint8Array): number {
  let offset = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[offset++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number) => {
    offset += length;
  };
  while (offset < wasm.length) {
    const id = wasm[offset++];
    const size = leb();
    if (id !== 2) {
      skip(size);
      continue;
    }
    for (let count = leb(); count > 0; count--) {
      skip(leb());
      skip(leb());
      const kind = wasm[offset++];
      if (kind === 0) leb();
      else if (kind === 2) {
        leb();
        return leb();
      } else skip(2);
    }
  }
  throw new Error('the code imports no memory');
}
