import { ProofError } from './error.js';
import { blake2b256 } from './hash.js';
const WORDS = 8;
/**
 * The nodes of a proof by their hash: open addressing over one array of hashes, each as 8 words of 32 bits. The slot
 * is salted with a random number, so that nobody can prepare nodes which all fall into one slot and make the reading
 * slow.
 */
export class NodeTable {
    /** How many nodes have the same bytes as an earlier one; `find` gives the first. */
    repeated;
    #hashes;
    /** Index of the node plus one, 0 for a free slot. */
    #slots;
    #shift;
    #salt;
    #factor;
    constructor(nodes) {
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
                for (let i = 0; i < WORDS; i++)
                    this.#hashes[index * WORDS + i] = word(hash, i * 4);
            }
            else
                repeated++;
        }
        this.repeated = repeated;
    }
    /** Index of the node whose hash is in `bytes` from `offset` on, or -1. */
    find(bytes, offset) {
        return this.#slots[this.#slotOf(bytes, offset)] - 1;
    }
    /** The slot that holds this hash, or the free one where it belongs. */
    #slotOf(bytes, offset) {
        const slots = this.#slots;
        const hashes = this.#hashes;
        const first = word(bytes, offset);
        const second = word(bytes, offset + 4);
        let mixed = Math.imul(first ^ this.#salt, this.#factor);
        mixed = Math.imul((mixed >>> 15) ^ mixed ^ second, this.#factor);
        let slot = (mixed ^ (mixed << 7)) >>> this.#shift;
        for (;;) {
            const entry = slots[slot];
            if (entry === 0)
                return slot;
            const at = (entry - 1) * WORDS;
            if (hashes[at] === first && hashes[at + 1] === second && sameTail(bytes, offset, hashes, at))
                return slot;
            slot = (slot + 1) & (slots.length - 1);
        }
    }
}
/** Compares the words after the first two. */
function sameTail(bytes, offset, hashes, at) {
    for (let i = 2; i < WORDS; i++)
        if (word(bytes, offset + i * 4) !== hashes[at + i])
            return false;
    return true;
}
function word(bytes, at) {
    return (bytes[at] |
        (bytes[at + 1] << 8) |
        (bytes[at + 2] << 16) |
        (bytes[at + 3] << 24));
}
//# sourceMappingURL=node-table.js.map