import { equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { ProofError } from './error.ts';
import { blake2b256 } from './hash.ts';
import {
  childOffset,
  type DecodedNode,
  decodeNode,
  EMPTY_NODE,
  HASH_LENGTH,
  nibbleAt,
  partialMatches,
} from './node-codec.ts';
import { NodeTable } from './node-table.ts';

export interface ReadProofOptions {
  /** 32 bytes, from a header that is trusted. */
  readonly stateRoot: Uint8Array;
  /** Trie nodes and hashed values in any order, as `state_getReadProof` gives them. */
  readonly proof: readonly Uint8Array[];
  readonly keys: readonly Uint8Array[];
  /** Also refuse nodes that occur twice or that none of the keys needs. */
  readonly strict?: boolean;
}

/** Reads values of one state from a set of nodes; each node was hashed once, however many keys are read. */
export interface ProofVerifier {
  readonly stateRoot: Uint8Array;
  /**
   * The value under `key`, or null when the nodes prove that there is none. The bytes are part of a node: copy them
   * before changing them. Throws `PROOF_MISSING_NODE` when the nodes prove neither and `PROOF_BAD_NODE` when one on
   * the way is malformed.
   */
  get(key: Uint8Array): Uint8Array | null;
  /** How many nodes no `get` has needed so far, repeated ones included. */
  unusedNodes(): number;
}

const EMPTY_ROOT = blake2b256(EMPTY_NODE);

/**
 * The value of each key in the state with this root, null where the proof shows that there is none. Both state
 * versions and mixtures of them are read. Keys may repeat. The values are parts of the nodes: copy before changing.
 *
 * Throws `ProofError`: `PROOF_MISSING_NODE`, `PROOF_BAD_NODE`, `PROOF_BAD_ARGUMENT`, and when strict
 * `PROOF_UNUSED_NODE` and `PROOF_DUPLICATE_NODE`.
 */
export function verifyReadProof(options: ReadProofOptions): (Uint8Array | null)[] {
  const { stateRoot, proof, keys, strict = false } = options;
  const verifier = createProofVerifier(stateRoot, proof, { strict });
  const values = keys.map((key) => verifier.get(key));
  const unused = strict ? verifier.unusedNodes() : 0;
  if (unused > 0) {
    throw new ProofError('PROOF_UNUSED_NODE', `${unused} of ${proof.length} nodes prove none of the keys.`);
  }
  return values;
}

/**
 * Hashes all nodes once and answers for any number of keys. The nodes are kept by reference: don't change them
 * while the verifier is in use. With `strict` a repeated node is refused (`PROOF_DUPLICATE_NODE`); whether all were
 * needed is the caller's to ask with `unusedNodes()` at the end.
 */
export function createProofVerifier(
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  options: { readonly strict?: boolean } = {},
): ProofVerifier {
  if (!(stateRoot instanceof Uint8Array) || stateRoot.length !== HASH_LENGTH) {
    throw new ProofError('PROOF_BAD_ARGUMENT', 'A state root has 32 bytes.');
  }
  const root = new Uint8Array(stateRoot);
  const table = new NodeTable(nodes);
  if (options.strict === true && table.repeated > 0) {
    throw new ProofError(
      'PROOF_DUPLICATE_NODE',
      `${table.repeated} nodes occur more than once in the proof.`,
    );
  }
  const decoded: (DecodedNode | undefined)[] = new Array(nodes.length);
  const used = new Uint8Array(nodes.length);
  const emptyState = equalBytes(root, EMPTY_ROOT);

  function find(hashes: Uint8Array, offset: number, what: string): number {
    const index = table.find(hashes, offset);
    if (index < 0) {
      const hash = toHex(hashes.subarray(offset, offset + HASH_LENGTH));
      throw new ProofError('PROOF_MISSING_NODE', `The proof lacks the ${what} with hash ${hash}.`);
    }
    used[index] = 1;
    return index;
  }

  function nodeUnder(hashes: Uint8Array, offset: number, what: string): DecodedNode {
    const index = find(hashes, offset, what);
    let node = decoded[index];
    if (node === undefined) {
      const data = nodes[index] as Uint8Array;
      node = decodeNode(data, 0, data.length);
      decoded[index] = node;
    }
    return node;
  }

  function childOf(node: DecodedNode, nibble: number): DecodedNode | null {
    const found = node.found?.[nibble];
    if (found !== undefined) return found;
    const at = childOffset(node, nibble);
    if (at < 0) return null;
    const size = (node.data[at] as number) >> 2;
    const child =
      size === HASH_LENGTH
        ? nodeUnder(node.data, at + 1, 'trie node')
        : decodeNode(node.data, at + 1, at + 1 + size);
    // Most branches are gone through once: only the others are worth a cache.
    if (node.visits++ > 0) {
      node.found ??= new Array(16);
      node.found[nibble] = child;
    }
    return child;
  }

  function readValue(node: DecodedNode): Uint8Array | null {
    if (node.value === 'none') return null;
    if (node.value === 'inline') return view(node.data, node.valueStart, node.valueEnd);
    const value = nodes[find(node.data, node.valueStart, 'value')] as Uint8Array;
    return view(value, 0, value.length);
  }

  function get(key: Uint8Array): Uint8Array | null {
    if (!(key instanceof Uint8Array))
      throw new ProofError('PROOF_BAD_ARGUMENT', 'A storage key is a Uint8Array.');
    if (emptyState) {
      const index = table.find(root, 0);
      if (index >= 0) used[index] = 1;
      return null;
    }
    const length = key.length * 2;
    let depth = 0;
    let node = nodeUnder(root, 0, 'root node');
    for (;;) {
      if (node.nibbles > length - depth || !partialMatches(node, key, depth)) return null;
      depth += node.nibbles;
      if (depth === length) return readValue(node);
      const next = childOf(node, nibbleAt(key, depth));
      if (next === null) return null;
      depth++;
      node = next;
    }
  }

  return {
    stateRoot: root,
    get,
    unusedNodes: () => used.reduce((count, mark) => count - mark, nodes.length),
  };
}

/** A plain `Uint8Array` on the same memory, also when the node is a `Buffer`. Copying would cost more than the rest. */
function view(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
