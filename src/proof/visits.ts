import { type Hex, toHex } from '../bytes/hex.ts';
import { encodeCompactProof } from './compact-proof.ts';
import { blake2b256 } from './hash.ts';
import { compactSize, EMPTY_NODE, HASH_LENGTH } from './node-codec.ts';
import {
  digestOf,
  encodeNode,
  inlineBytes,
  referenceOf,
  rootHash,
  type TrieNode,
  type TrieValue,
} from './trie-node.ts';
import type { TrieVisits } from './trie-walk.ts';

/** What one visit added: `mark` names bytes that nobody visited before. */
interface Visit {
  readonly seen: TrieNode | TrieValue | null;
  readonly mark: Hex | null;
}

/**
 * Records which nodes and hashed values of a state's tries were visited: they prove whatever was read, and suffice to do
 * the same again. Counts as sp-trie's `Recorder` does: what stands at two places of the tries counts once.
 *
 * Nodes that have no hash yet are none of the state: a change has just made them.
 */
export class Visits implements TrieVisits {
  readonly #seen = new Set<TrieNode | TrieValue>();
  readonly #bytes = new Map<Hex, Uint8Array>();
  readonly #visits: Visit[] = [];
  #size = 0;

  node(node: TrieNode): void {
    if (node.reference === null || this.#seen.has(node)) return;
    const hash = node.from === 0 ? rootHash(node) : referenceOf(node);
    this.#add(node, hash, () => {
      node.encoding ??= encodeNode(node);
      return node.encoding;
    });
  }

  value(value: TrieValue): void {
    if (!this.#seen.has(value)) this.#add(value, digestOf(value), () => inlineBytes(value));
  }

  empty(): void {
    this.#add(null, blake2b256(EMPTY_NODE), () => EMPTY_NODE.slice());
  }

  /** Bytes of all nodes and values, each with its length in front: sp-trie's `estimate_encoded_size`. */
  get size(): number {
    return this.#size;
  }

  /** To be given to `rollback`. */
  get mark(): number {
    return this.#visits.length;
  }

  /** Forgets what was visited since the mark was taken. */
  rollback(mark: number): void {
    for (const { seen, mark: added } of this.#visits.splice(mark)) {
      if (seen) this.#seen.delete(seen);
      if (added === null) continue;
      this.#size -= encodedSize(this.#bytes.get(added)?.length ?? 0);
      this.#bytes.delete(added);
    }
  }

  /** Each once, the root of the main trie first. */
  proofNodes(): Uint8Array[] {
    return [...this.#bytes.values()];
  }

  /** Bytes of the proof as sp-trie's `StorageProof` encodes it. */
  get encodedSize(): number {
    return compactSize(this.#bytes.size) + this.#size;
  }

  /** As validators get it; `root` is that of the main trie. */
  compactProof(root: Uint8Array): Uint8Array[] {
    return encodeCompactProof(this.#bytes, root);
  }

  #add(seen: TrieNode | TrieValue | null, hash: Uint8Array, bytes: () => Uint8Array): void {
    if (seen) this.#seen.add(seen);
    const isInline = hash.length < HASH_LENGTH;
    const mark = toHex(hash);
    const isNew = !isInline && !this.#bytes.has(mark);
    if (seen || isNew) this.#visits.push({ seen, mark: isNew ? mark : null });
    if (!isNew) return;
    const added = bytes();
    this.#bytes.set(mark, added);
    this.#size += encodedSize(added.length);
  }
}

function encodedSize(length: number): number {
  return compactSize(length) + length;
}
