import type { WasmMemory } from '../../code/webassembly.ts';
import { HeapAllocator } from '../allocator.ts';
import type { GivenSignatures } from '../given-signatures.ts';
import type { Overlay } from '../storage/overlay.ts';

/** One line that the runtime logged; level 0 is an error, 4 a trace. */
export interface RuntimeLog {
  readonly level: number;
  readonly target: string;
  readonly message: string;
}

/** Lines of one call that are kept, and characters of them: the first ones say what went wrong. */
const MOST_LINES = 10_000;
const MOST_LOGGED = 1_000_000;

/**
 * What host functions work with during one runtime call: the guest's memory and the storage. Fat pointers are
 * i64 values, the address in the low and the length in the high 32 bits.
 */
export class Host {
  readonly memory: WasmMemory;
  overlay: Overlay;
  logs: RuntimeLog[] = [];
  #logged = 0;
  /** What the runtime said when it aborted. */
  panic: string | undefined;
  given: GivenSignatures | undefined;
  /** Transactions that were open before the call: not the runtime's to close. */
  #depth = 0;
  #allocator: HeapAllocator | undefined;

  constructor(memory: WasmMemory, overlay: Overlay) {
    this.memory = memory;
    this.overlay = overlay;
  }

  /** A new call: an empty heap from `heapBase`, which is an export and known only after instantiation. */
  begin(overlay: Overlay, heapBase: number): void {
    this.overlay = overlay;
    this.given = undefined;
    this.logs = [];
    this.#logged = 0;
    this.panic = undefined;
    this.#depth = overlay.depth;
    this.#allocator = new HeapAllocator(this.memory, heapBase);
  }

  /** Keeps a line, and none any more when there are too many. */
  log(line: RuntimeLog): void {
    this.#logged += line.message.length + line.target.length;
    if (this.#logged <= MOST_LOGGED && this.logs.length < MOST_LINES) this.logs.push(line);
  }

  commit(): void {
    this.#closing();
    this.overlay.commit();
  }

  rollback(): void {
    this.#closing();
    this.overlay.rollback();
  }

  get allocator(): HeapAllocator {
    if (this.#allocator === undefined) throw new Error('the runtime used the heap before it had one');
    return this.#allocator;
  }

  /** A view into the guest; it is only good until the guest runs or allocates again. */
  view(fat: bigint): Uint8Array {
    return new Uint8Array(
      this.memory.buffer,
      Number(fat & 0xffff_ffffn),
      Number((fat >> 32n) & 0xffff_ffffn),
    );
  }

  copy(fat: bigint): Uint8Array {
    return this.view(fat).slice();
  }

  at(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer >>> 0, length);
  }

  /** Copies `bytes` into newly allocated guest memory and returns the address. */
  place(bytes: Uint8Array): number {
    const pointer = this.allocator.allocate(bytes.length);
    this.at(pointer, bytes.length).set(bytes);
    return pointer;
  }

  /** As `place`, but returns a fat pointer. */
  give(bytes: Uint8Array): bigint {
    return this.giveAll(bytes);
  }

  /** As `give`, with the pieces one after the other. */
  giveAll(...pieces: readonly Uint8Array[]): bigint {
    let length = 0;
    for (const piece of pieces) length += piece.length;
    const pointer = this.allocator.allocate(length);
    const room = this.at(pointer, length);
    let at = 0;
    for (const piece of pieces) {
      room.set(piece, at);
      at += piece.length;
    }
    return (BigInt(length) << 32n) | BigInt(pointer >>> 0);
  }

  #closing(): void {
    if (this.overlay.depth > this.#depth) return;
    throw new Error('the runtime closed a storage transaction that it had not opened');
  }
}
