import { compareBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { ProofError } from './error.ts';
import { EMPTY_NODE, HASH_LENGTH, HASHED_VALUE_FROM, nibbleAt } from './node-codec.ts';
import { insert, nodeOfSorted, remove } from './trie-edit.ts';
import { digestOf, encodeNode, referenceOf, rootHash, type TrieNode, type TrieValue } from './trie-node.ts';

/** 0: all values inline. 1: values of 33 bytes and more by hash. A runtime's `RuntimeVersion.stateVersion`. */
export type StateVersion = 0 | 1;

/** A whole state. Never changes; keys and values are kept by reference and must not be changed either. */
export interface Trie {
  /** 32 bytes. Computed when first read; nodes shared with an earlier trie are not hashed again. */
  readonly root: Uint8Array;
  readonly stateVersion: StateVersion;
  get(key: Uint8Array): Uint8Array | null;
  /** All keys that begin with `prefix`, in the order of their bytes, with their values. */
  entries(prefix?: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]>;
  /**
   * The nodes that prove these keys present or absent, as a node's `state_getReadProof` records them: every node
   * on the way that isn't inline, and hashed values as entries of their own; each once, the root first.
   */
  prove(keys: readonly Uint8Array[]): Uint8Array[];
  /**
   * A trie with these changes on top, null deleting; the last one of a key counts. With another `stateVersion` the
   * values that are set follow it, and the others stay as they are, as on a chain that has changed versions.
   */
  update(changes: Iterable<readonly [Uint8Array, Uint8Array | null]>, stateVersion?: StateVersion): Trie;
}

/** The trie of a whole state. Throws `PROOF_DUPLICATE_KEY` when a key occurs twice. */
export function buildTrie(
  entries: Iterable<readonly [Uint8Array, Uint8Array]>,
  stateVersion: StateVersion,
): Trie {
  const sorted: (readonly [Uint8Array, TrieValue])[] = [];
  for (const [key, value] of entries) sorted.push([key, trieValue(value, stateVersion)]);
  sorted.sort((a, b) => compareBytes(a[0], b[0]));
  for (let i = 1; i < sorted.length; i++) {
    const [key] = sorted[i] as (typeof sorted)[number];
    const [before] = sorted[i - 1] as (typeof sorted)[number];
    if (compareBytes(before, key) === 0) {
      throw new ProofError('PROOF_DUPLICATE_KEY', `The key ${toHex(key)} occurs twice in the state.`);
    }
  }
  return trieOf(sorted.length === 0 ? null : nodeOfSorted(sorted, 0, sorted.length, 0), stateVersion);
}

function trieOf(rootNode: TrieNode | null, stateVersion: StateVersion): Trie {
  let root: Uint8Array | null = null;
  return {
    stateVersion,
    get root() {
      root ??= rootHash(rootNode);
      return new Uint8Array(root);
    },
    get(key) {
      let node = rootNode;
      while (node !== null && covers(node, key)) {
        if (key.length * 2 === node.to) return node.value?.bytes ?? null;
        node = node.children?.[nibbleAt(key, node.to)] ?? null;
      }
      return null;
    },
    entries: (prefix = new Uint8Array()) => entriesUnder(rootNode, prefix),
    prove: (keys) => proofOf(rootNode, keys),
    update(changes, version = stateVersion) {
      let changed = rootNode;
      for (const [key, value] of changes) {
        if (value !== null) changed = insert(changed, key, 0, trieValue(value, version));
        else if (changed !== null) changed = remove(changed, key, 0);
      }
      return trieOf(changed, version);
    },
  };
}

function trieValue(bytes: Uint8Array, stateVersion: StateVersion): TrieValue {
  return { bytes, hashed: stateVersion === 1 && bytes.length >= HASHED_VALUE_FROM, digest: null };
}

/** True when `key` goes on with the node's own nibbles; what comes before them is known to agree. */
function covers(node: TrieNode, key: Uint8Array): boolean {
  if (node.to > key.length * 2) return false;
  for (let nibble = node.from; nibble < node.to; nibble++) {
    if (nibbleAt(node.key, nibble) !== nibbleAt(key, nibble)) return false;
  }
  return true;
}

function proofOf(rootNode: TrieNode | null, keys: readonly Uint8Array[]): Uint8Array[] {
  if (keys.length === 0) return [];
  if (rootNode === null) return [EMPTY_NODE.slice()];
  const nodes: Uint8Array[] = [encodeNode(rootNode)];
  const seen = new Set([String.fromCharCode(...rootHash(rootNode))]);
  const record = (hash: Uint8Array, bytes: () => Uint8Array) => {
    const mark = String.fromCharCode(...hash);
    if (seen.has(mark)) return;
    seen.add(mark);
    nodes.push(bytes());
  };
  for (const key of keys) {
    let node: TrieNode | null = rootNode;
    while (node !== null) {
      const current: TrieNode = node;
      const reference = referenceOf(current);
      if (reference.length === HASH_LENGTH) record(reference, () => encodeNode(current));
      if (!covers(current, key)) break;
      if (key.length * 2 === current.to) {
        const { value } = current;
        if (value?.hashed) record(digestOf(value), () => value.bytes.slice());
        break;
      }
      node = current.children?.[nibbleAt(key, current.to)] ?? null;
    }
  }
  return nodes;
}

function* entriesUnder(
  node: TrieNode | null,
  prefix: Uint8Array,
): Generator<readonly [Uint8Array, Uint8Array]> {
  if (node === null) return;
  const stack: TrieNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    // A branch's path up to `to` and the prefix agree as far as both go, or nothing below it counts.
    const shared = Math.min(next.to, prefix.length * 2);
    let agrees = true;
    for (let nibble = next.from; nibble < shared && agrees; nibble++) {
      agrees = nibbleAt(next.key, nibble) === nibbleAt(prefix, nibble);
    }
    if (!agrees) continue;
    if (next.value !== null && next.to >= prefix.length * 2) {
      yield [next.key.subarray(0, next.to >> 1), next.value.bytes];
    }
    const { children } = next;
    if (children === null) continue;
    if (next.to >= prefix.length * 2) {
      for (let i = 15; i >= 0; i--) if (children[i]) stack.push(children[i] as TrieNode);
    } else {
      const child = children[nibbleAt(prefix, next.to)];
      if (child) stack.push(child);
    }
  }
}
