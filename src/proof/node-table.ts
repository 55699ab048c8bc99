import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';
import { HASH_LENGTH } from './node-codec.ts';

/**
 * The nodes of a proof by their hash: open addressing over one array of hashes. The slot is salted with a random
 * number, so that nobody can prepare nodes which all fall into one slot and make the reading slow.
 */
export class NodeTable {
  /** How many nodes have the same bytes as an earlier one; `find` gives the first. */
  readonly repeated: number;
  readonly #hashes: Uint8Array;
  /** Index of the node plus one, 0 for a free slot. */
  readonly #slots: Int32Array;
  readonly #shift: number;
  readonly #salt: number;
  readonly #factor: number;

  constructor(nodes: readonly Uint8Array[]) {
    const bits = Math.max(2, Math.ceil(Math.log2(nodes.length * 2 + 1)));
    this.#hashes = new Uint8Array(nodes.length * HASH_LENGTH);
    this.#slots = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#salt = Math.floor(Math.random() * 2 ** 32) | 0;
    this.#factor = Math.floor(Math.random() * 2 ** 32) | 1;
    let repeated = 0;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index];
      if (!(node instanceof Uint8Array)) {
        throw new ProofError('PROOF_BAD_ARGUMENT', `Node ${index} of the proof is no Uint8Array.`);
      }
      this.#hashes.set(blake2b256(node), index * HASH_LENGTH);
      const slot = this.#slotOf(this.#hashes, index * HASH_LENGTH);
      if (this.#slots[slot] === 0) this.#slots[slot] = index + 1;
      else repeated++;
    }
    this.repeated = repeated;
  }

  /** Index of the node whose hash is in `bytes` from `offset` on, or -1. */
  find(bytes: Uint8Array, offset: number): number {
    return (this.#slots[this.#slotOf(bytes, offset)] as number) - 1;
  }

  /** The slot that holds this hash, or the free one where it belongs. */
  #slotOf(bytes: Uint8Array, offset: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#mix(bytes, offset);
    for (;;) {
      const entry = slots[slot] as number;
      if (entry === 0 || this.#same(bytes, offset, (entry - 1) * HASH_LENGTH)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #mix(bytes: Uint8Array, offset: number): number {
    const low = word(bytes, offset);
    const high = word(bytes, offset + 4);
    let mixed = Math.imul(low ^ this.#salt, this.#factor);
    mixed = Math.imul((mixed >>> 15) ^ mixed ^ high, this.#factor);
    return (mixed ^ (mixed << 7)) >>> this.#shift;
  }

  #same(bytes: Uint8Array, offset: number, at: number): boolean {
    const hashes = this.#hashes;
    for (let i = 0; i < HASH_LENGTH; i++) if (bytes[offset + i] !== hashes[at + i]) return false;
    return true;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
