import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { type NodeStore, ReceivedNodes, type TrieNodes } from '../../proof/node-store.ts';
import { isMissing, leavingAt, nextPartial, readPartial, valueHash } from '../../proof/partial-trie.ts';
import { type Backend, MAIN_TRIE, type StorageRequest, type TrieName, UNKNOWN } from './backend.ts';

const CHILD_PREFIX = encodeText(':child_storage:default:');

const EMPTY = new Uint8Array();
/** Bytes of a value from which on its hash is asked for first. */
const LARGE = 1024;

/** A key of one trie whose read proof is to be asked for. */
export interface ProofKey {
  readonly trie: TrieName;
  readonly key: Hex;
}

/**
 * The storage of one state root as far as proofs have shown it. What it answers is proven down from the root, the next key
 * after another and absences too; what it does not know it says, and takes from proofs that are admitted.
 */
export class ProvenStorage implements Backend {
  readonly root: Uint8Array;
  readonly #nodes: NodeStore;
  readonly #values = new Map<TrieName, Map<Hex, Uint8Array | null>>();
  readonly #next = new Map<TrieName, Map<Hex, Hex | null>>();
  readonly #looked = new Set<Hex>();

  constructor(root: Uint8Array, nodes: NodeStore) {
    this.root = root;
    this.#nodes = nodes;
  }

  read(trie: TrieName, key: Hex): Uint8Array | null | typeof UNKNOWN {
    const seen = within(this.#values, trie);
    const before = seen.get(key);
    if (before !== undefined) return before;
    const root = this.#rootOf(trie, this.#nodes);
    if (root === UNKNOWN) return UNKNOWN;
    const value = root === null ? null : readPartial(this.#nodes, root, fromHex(key));
    if (isMissing(value)) return UNKNOWN;
    seen.set(key, value);
    return value;
  }

  next(trie: TrieName, key: Hex): Hex | null | typeof UNKNOWN {
    const seen = within(this.#next, trie);
    const before = seen.get(key);
    if (before !== undefined) return before;
    const root = this.#rootOf(trie, this.#nodes);
    if (root === UNKNOWN) return UNKNOWN;
    const next = root === null ? null : nextPartial(this.#nodes, root, fromHex(key));
    if (isMissing(next)) return UNKNOWN;
    const answer = next && toHex(next);
    seen.set(key, answer);
    return answer;
  }

  /** blake2-256 of a value of the main trie, for which a value that the trie holds apart need not be known. */
  valueHash(key: Hex): { readonly hash: Hex } | null | ProofKey {
    const bytes = fromHex(key);
    const found = valueHash(this.#nodes, this.root, bytes);
    if (isMissing(found)) return { trie: MAIN_TRIE, key: toHex(leavingAt(bytes, found.nibbles)) };
    if (found === null) return null;
    // The nodes above the last one, which may hold megabytes: that it is still the same is all that the next block needs.
    if (found.nibbles > 0) this.#looked.add(toHex(leavingAt(bytes, found.nibbles - 1)));
    return { hash: toHex(found.hash) };
  }

  /** Whether the root of this trie is known. */
  knowsTrie(trie: TrieName): boolean {
    return this.#rootOf(trie, this.#nodes) !== UNKNOWN;
  }

  /** True for a child trie that is known not to exist. */
  isEmpty(trie: TrieName): boolean {
    return this.#rootOf(trie, this.#nodes) === null;
  }

  /** The key whose proof brings the answer, or a step towards it; null when the answer is known. */
  wanted({ kind, trie, key }: StorageRequest): ProofKey | null {
    const root = this.#rootOf(trie, this.#nodes);
    if (root === UNKNOWN) return { trie: MAIN_TRIE, key: childRootKey(trie) };
    if (root === null) return null;
    const answer = (kind === 'read' ? readPartial : nextPartial)(this.#nodes, root, fromHex(key));
    return isMissing(answer) ? { trie, key: toHex(answer.through) } : null;
  }

  /**
   * Takes over from a read proof what leads to these keys.
   * @returns the keys that neither it nor what was known proves present or absent: the proof does not hold for them
   * @throws ProofError `PROOF_BAD_NODE`
   */
  admit(proof: readonly Uint8Array[], keys: readonly ProofKey[]): ProofKey[] {
    const nodes = new ReceivedNodes(this.#nodes, proof);
    return keys.filter(({ trie, key }) => {
      const root = this.#rootOf(trie, nodes);
      if (root === UNKNOWN) return true;
      return root !== null && isMissing(readPartial(nodes, root, fromHex(key)));
    });
  }

  /**
   * Keys whose proof is likely to be needed of the next block: those that were read. For large values they lead to where the
   * hash of the value stands, if it stands apart: the value may still be the same. Those above `bytes` are left out. Where keys were
   * walked through, the ways to both ends of each step.
   */
  *keysRead(bytes: number): Iterable<ProofKey> {
    for (const key of this.#looked) yield { trie: MAIN_TRIE, key };
    for (const [trie, values] of this.#values) {
      for (const [key, value] of values) {
        const { length } = value ?? EMPTY;
        if (length <= bytes) yield { trie, key: length < LARGE ? key : `${key}00` };
      }
    }
    for (const [trie, steps] of this.#next) {
      for (const [key, next] of steps) {
        yield { trie, key };
        if (next !== null) yield { trie, key: `${next}00` };
      }
    }
  }

  /** Null for a child trie that is empty, which the main trie does not name. */
  #rootOf(trie: TrieName, nodes: TrieNodes): Uint8Array | null | typeof UNKNOWN {
    if (trie === MAIN_TRIE) return this.root;
    const root = readPartial(nodes, this.root, fromHex(childRootKey(trie)));
    return isMissing(root) ? UNKNOWN : root;
  }
}

/** Key of the main trie that holds the root of a child trie. */
export function childRootKey(trie: TrieName): Hex {
  return toHex(concatBytes(CHILD_PREFIX, fromHex(`0x${trie}`)));
}

function within<T>(tries: Map<TrieName, Map<Hex, T>>, trie: TrieName): Map<Hex, T> {
  let one = tries.get(trie);
  if (!one) {
    one = new Map();
    tries.set(trie, one);
  }
  return one;
}
