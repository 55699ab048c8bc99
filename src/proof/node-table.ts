import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';

const WORDS = 8;

/**
 * The nodes of a proof by their hash: open addressing over one array of hashes, each as 8 words of 32 bits. The slot
 * is salted with a random number, so that nobody can prepare nodes which all fall into one slot and make the reading
 * slow.
 */
export class NodeTable {
  /** How many nodes have the same bytes as an earlier one; `find` gives the first. */
  readonly repeated: number;
  readonly #hashes: Int32Array;
  /** Index of the node plus one, 0 for a free slot. */
  readonly #slots: Int32Array;
  readonly #shift: number;
  readonly #salt: number;
  readonly #factor: number;

  constructor(nodes: readonly Uint8Array[]) {
    const bits = Math.max(2, Math.ceil(Math.log2(nodes.length * 2 + 1)));
    this.#hashes = new Int32Array(nodes.length * WORDS);
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
      const hash = blake2b256(node);
      const slot = this.#slotOf(hash, 0);
      if (this.#slots[slot] === 0) {
        this.#slots[slot] = index + 1;
        for (let i = 0; i < WORDS; i++) this.#hashes[index * WORDS + i] = word(hash, i * 4);
      } else repeated++;
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
    const hashes = this.#hashes;
    const first = word(bytes, offset);
    const second = word(bytes, offset + 4);
    let mixed = Math.imul(first ^ this.#salt, this.#factor);
    mixed = Math.imul((mixed >>> 15) ^ mixed ^ second, this.#factor);
    let slot = (mixed ^ (mixed << 7)) >>> this.#shift;
    for (;;) {
      const entry = slots[slot] as number;
      if (entry === 0) return slot;
      const at = (entry - 1) * WORDS;
      if (hashes[at] === first && hashes[at + 1] === second && sameTail(bytes, offset, hashes, at))
        return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  }
}

/** Compares the words after the first two. */
function sameTail(bytes: Uint8Array, offset: number, hashes: Int32Array, at: number): boolean {
  for (let i = 2; i < WORDS; i++) if (word(bytes, offset + i * 4) !== hashes[at + i]) return false;
  return true;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
