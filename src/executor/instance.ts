import { engine, type WasmFunction, type WasmModule } from '../code/webassembly.ts';
import { RescueError } from '../domain/errors.ts';
import { hashingFunctions } from './host/hashing.ts';
import { Host } from './host/host.ts';
import { miscFunctions } from './host/misc.ts';
import { storageFunctions } from './host/storage.ts';
import type { Overlay } from './storage/overlay.ts';

/** What a runtime may take beyond the memory that it begins with: twice what nodes give (2048 pages of 64 KiB). */
const HEAP_PAGES = 4096;

/** Bytes of memory and where they begin. */
export interface InitialData {
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface InstanceNeeds {
  /** Names of the host functions that it imports. */
  readonly imports: readonly string[];
  readonly memoryPages: number;
  /** What an earlier instance of the module began with, if there was one. */
  readonly data: InitialData | null;
}

/**
 * A module with its memory, good for one call after another: between calls the memory becomes what it was after
 * instantiation. The only mutable global of a runtime is the stack pointer, which a call that returns leaves as it
 * found it; after a trap the instance must be thrown away.
 */
export class RuntimeInstance {
  readonly host: Host;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly #heapBase: number;
  /** What is not zero below the heap, where the empty stack and zeroed statics are. The same in every instance of a module. */
  readonly data: InitialData;

  constructor(module: WasmModule, { imports, memoryPages, data }: InstanceNeeds, overlay: Overlay) {
    const memory = new engine.Memory({ initial: memoryPages, maximum: memoryPages + HEAP_PAGES });
    this.host = new Host(memory, overlay);
    const known = {
      ...storageFunctions(this.host),
      ...hashingFunctions(this.host),
      ...miscFunctions(this.host),
    };
    const env: Record<string, WasmFunction> = {};
    for (const name of imports) env[name] = known[name] ?? missing(name);
    this.exports = new engine.Instance(module, { env: { ...env, memory } }).exports;
    this.#heapBase = heapBaseOf(this.exports);
    this.data = data ?? dataOf(new Uint8Array(memory.buffer, 0, this.#heapBase));
    this.host.begin(overlay, this.#heapBase);
  }

  /** Makes ready for a call on `overlay`. */
  reset(overlay: Overlay): void {
    const { memory, allocator } = this.host;
    const { at, bytes } = this.data;
    const all = new Uint8Array(memory.buffer);
    all.fill(0, 0, at);
    all.set(bytes, at);
    all.fill(0, at + bytes.length, allocator.end);
    this.host.begin(overlay, this.#heapBase);
  }
}

function dataOf(memory: Uint8Array): InitialData {
  let at = 0;
  while (at < memory.length && memory[at] === 0) at += 1;
  let end = memory.length;
  while (end > at && memory[end - 1] === 0) end -= 1;
  return { at, bytes: memory.slice(at, end) };
}

/** Where the linker's own data ends: a global that every Substrate runtime exports. */
function heapBaseOf(exports: Readonly<Record<string, unknown>>): number {
  const base = (exports.__heap_base as { readonly value?: unknown } | undefined)?.value;
  if (typeof base !== 'number') throw new TypeError('it does not export __heap_base');
  return base;
}

function missing(name: string): WasmFunction {
  return () => {
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `The runtime needs the host function ${name}, which this version does not offer.`,
      { details: { hostFunction: name } },
    );
  };
}
