import type { WasmMemory } from '../code/webassembly.ts';

/**
 * The freeing-bump allocator that hosts offer to runtimes (`ext_allocator_*`): sizes are rounded up to powers
 * of two from 8 bytes to 32 MiB, each behind an 8-byte header that holds its order, freed ones are chained.
 * Source of the rule: sp-allocator's `FreeingBumpHeapAllocator`.
 */
const PAGE = 65_536;
const HEADER = 8;
const SMALLEST = 8;
const ORDERS = 23;

export class HeapAllocator {
  readonly #memory: WasmMemory;
  readonly #free = new Int32Array(ORDERS);
  #next: number;
  #seen: DataView;

  constructor(memory: WasmMemory, heapBase: number) {
    this.#memory = memory;
    this.#seen = new DataView(memory.buffer);
    this.#next = (heapBase + 7) & ~7;
  }

  /** Address behind everything that was ever handed out. */
  get end(): number {
    return this.#next;
  }

  allocate(size: number): number {
    const order = size <= SMALLEST ? 0 : 29 - Math.clz32(size - 1);
    if (order >= ORDERS) throw new Error(`the runtime asked for ${size} bytes at once; 32 MiB is the limit`);
    let header = this.#free[order] ?? 0;
    if (header !== 0) {
      this.#free[order] = this.#view.getInt32(header, true);
    } else {
      header = this.#next;
      this.#next += HEADER + SMALLEST * 2 ** order;
      this.#reach(this.#next);
    }
    this.#view.setInt32(header, order, true);
    return header + HEADER;
  }

  release(pointer: number): void {
    const header = pointer - HEADER;
    const order = this.#view.getInt32(header, true);
    if (order < 0 || order >= ORDERS) throw new Error('the runtime freed what was never allocated');
    this.#view.setInt32(header, this.#free[order] ?? 0, true);
    this.#free[order] = header;
  }

  /** A view of the memory. Whoever makes that grow, the host or the runtime, takes the bytes from under the last one. */
  get #view(): DataView {
    if (this.#seen.buffer.byteLength === 0) this.#seen = new DataView(this.#memory.buffer);
    return this.#seen;
  }

  #reach(end: number): void {
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#memory.grow(Math.max(missing, 64));
  }
}
