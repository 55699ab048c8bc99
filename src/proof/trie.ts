import { compareBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { ProofError } from './error.ts';
import { EMPTY_NODE, HASHED_VALUE_FROM, nibbleAt } from './node-codec.ts';
import type { TrieNodes } from './node-store.ts';
import { insert, nodeOfSorted, remove } from './trie-edit.ts';
import {
  createStub,
  digestOf,
  referenceOf,
  rootHash,
  type TrieChild,
  type TrieNode,
  type TrieValue,
} from './trie-node.ts';
import { bytesOf, childOf, enter, type Walk } from './trie-walk.ts';
import { Visits } from './visits.ts';

/** 0: all values inline. 1: values of 33 bytes and more by hash. A runtime's `RuntimeVersion.stateVersion`. */
export type StateVersion = 0 | 1;

/**
 * A state, whole or known in parts. Never changes; keys and values are kept by reference and must not be changed either.
 *
 * Of a trie that is known in parts, a node that nobody came to before is looked for by its hash. What asks for one that is
 * not there ends with MissingTrieNode, has changed nothing, and can be repeated. All that is answered is proven down from
 * the root, absences and the next key too. `PROOF_BAD_NODE` is thrown for bytes with the right hash that are no node.
 */
export interface Trie {
  /** 32 bytes. Computed when first read; nodes shared with an earlier trie are not hashed again. */
  readonly root: Uint8Array;
  readonly stateVersion: StateVersion;
  get(key: Uint8Array): Uint8Array | null;
  /** Whether there is a value, which need not be known itself. */
  has(key: Uint8Array): boolean;
  /** blake2-256 of a value, which need not be known itself; and how many nibbles lead to its node. */
  digest(key: Uint8Array): { readonly hash: Uint8Array; readonly nibbles: number } | null;
  /** The least key above `after` that begins with `prefix`. */
  next(after: Uint8Array, prefix?: Uint8Array): Uint8Array | null;
  /** Keys that begin with `prefix` and lie above `after`, in the order of their bytes. */
  keys(prefix?: Uint8Array, after?: Uint8Array): Iterable<Uint8Array>;
  /** All keys that begin with `prefix`, in the order of their bytes, with their values. */
  entries(prefix?: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]>;
  /**
   * The nodes that prove these keys present or absent, as a node's `state_getReadProof` records them: every node
   * on the way that isn't inline, and hashed values as entries of their own; each once, the root first.
   */
  prove(keys: readonly Uint8Array[]): Uint8Array[];
  /**
   * What the parent of the first node at or below `key` holds of it: its encoding when that is shorter than 32 bytes, else its
   * hash; of the root always the hash. Null when there is nothing at or below.
   */
  merkleValue(key: Uint8Array): Uint8Array | null;
  /**
   * A trie with these changes on top, null deleting; the last one of a key counts. With another `stateVersion` the
   * values that are set follow it, and the others stay as they are, as on a chain that has changed versions.
   * Changes are made in the order of keys, as nodes make them: it says which nodes are visited on the way.
   */
  update(changes: Iterable<readonly [Uint8Array, Uint8Array | null]>, stateVersion?: StateVersion): Trie;
  /** The same trie, walked with nodes from elsewhere, or with somebody who is told of what is visited. */
  walked(walk: Partial<Walk>): Trie;
}

const NO_KEY = new Uint8Array();

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
  const top = sorted.length === 0 ? null : nodeOfSorted(sorted, 0, sorted.length, 0);
  return trieOf(top, stateVersion, { nodes: null, visits: null });
}

/** The trie with this root, whose nodes are taken from `nodes` when they are needed. */
export function openTrie(root: Uint8Array, nodes: TrieNodes, stateVersion: StateVersion): Trie {
  const isEmpty = compareBytes(root, rootHash(null)) === 0;
  return trieOf(isEmpty ? null : createStub(root, 0), stateVersion, { nodes, visits: null });
}

function trieOf(top: TrieChild | null, stateVersion: StateVersion, walk: Walk): Trie {
  let root: Uint8Array | null = null;
  const begin = (key: Uint8Array): TrieNode | null => {
    if (top !== null) return enter(walk, top, key);
    walk.visits?.empty();
    return null;
  };
  const nodeAt = (key: Uint8Array) => walkTo(walk, begin(key), key);
  const rootOf = () => {
    root ??= rootHash(top);
    return root;
  };
  const walked = (other: Partial<Walk>): Trie => {
    // Only what this trie held before has a hash: what a change makes is none of its nodes.
    if (other.visits) rootOf();
    return trieOf(top, stateVersion, { ...walk, ...other });
  };
  return {
    stateVersion,
    get root() {
      return new Uint8Array(rootOf());
    },
    get(key) {
      const value = nodeAt(key)?.value ?? null;
      return value && bytesOf(walk, value, key);
    },
    has: (key) => (nodeAt(key)?.value ?? null) !== null,
    digest(key) {
      const node = nodeAt(key);
      return node?.value ? { hash: digestOf(node.value), nibbles: node.from } : null;
    },
    next(after, prefix = NO_KEY) {
      for (const node of nodesAbove(walk, begin(after), prefix, after)) return keyOf(node);
      return null;
    },
    *keys(prefix = NO_KEY, after) {
      for (const node of nodesAbove(walk, begin(prefix), prefix, after ?? null)) yield keyOf(node);
    },
    *entries(prefix = NO_KEY) {
      for (const node of nodesAbove(walk, begin(prefix), prefix, null)) {
        const key = keyOf(node);
        yield [key, bytesOf(walk, node.value as TrieValue, key)];
      }
    },
    prove(keys) {
      if (keys.length > 0 && top === null) return [EMPTY_NODE.slice()];
      const visits = new Visits();
      const seen = walked({ visits });
      for (const key of keys) seen.get(key);
      return visits.proofNodes();
    },
    merkleValue(key) {
      let node = begin(key);
      while (node !== null && agreesWith(node, key)) {
        if (node.to >= key.length * 2) return new Uint8Array(node.from === 0 ? rootOf() : referenceOf(node));
        node = childOf(walk, node, nibbleAt(key, node.to), key);
      }
      return null;
    },
    update(changes, version = stateVersion) {
      const inOrder = [...changes].sort(([a], [b]) => compareBytes(a, b));
      const quiet = { nodes: walk.nodes, visits: null };
      const [first] = inOrder;
      if (first === undefined) return trieOf(top, version, quiet);
      let node = begin(first[0]);
      for (const [key, value] of inOrder) {
        // The last key is gone: nodes go on from the root that says so.
        if (node === null) walk.visits?.empty();
        if (value !== null) node = insert(walk, node, key, 0, trieValue(value, version));
        else if (node !== null) node = remove(walk, node, key, 0);
      }
      return trieOf(node, version, quiet);
    },
    walked,
  };
}

function trieValue(bytes: Uint8Array, stateVersion: StateVersion): TrieValue {
  return { bytes, hashed: stateVersion === 1 && bytes.length >= HASHED_VALUE_FROM, digest: null };
}

/** The node at which the way of `key` ends; null when there is none. */
function walkTo(walk: Walk, top: TrieNode | null, key: Uint8Array): TrieNode | null {
  let node = top;
  while (node !== null && covers(node, key)) {
    if (key.length * 2 === node.to) return node;
    node = childOf(walk, node, nibbleAt(key, node.to), key);
  }
  return null;
}

/** True when `key` goes on with the node's own nibbles; what comes before them is known to agree. */
function covers(node: TrieNode, key: Uint8Array): boolean {
  if (node.to > key.length * 2) return false;
  for (let nibble = node.from; nibble < node.to; nibble++) {
    if (nibbleAt(node.key, nibble) !== nibbleAt(key, nibble)) return false;
  }
  return true;
}

function keyOf(node: TrieNode): Uint8Array {
  return node.key.subarray(0, node.to >> 1);
}

/** A child that is still to be gone into. `bounded`: its way is that of `after` so far. */
interface Turn {
  readonly parent: TrieNode;
  readonly index: number;
  readonly bounded: boolean;
}

/** Nodes with a value whose key begins with `prefix` and comes after `after`, in order. */
function* nodesAbove(
  walk: Walk,
  top: TrieNode | null,
  prefix: Uint8Array,
  after: Uint8Array | null,
): Generator<TrieNode> {
  const turns: Turn[] = [];
  const length = prefix.length * 2;
  let node = top;
  let bounded = after !== null;
  while (node !== null) {
    const order = bounded ? orderAgainst(node, after as Uint8Array) : 1;
    if (order >= 0 && agreesWith(node, prefix)) {
      bounded = order === 0;
      const { to, children } = node;
      if (node.value !== null && to >= length && !bounded) yield node;
      if (children !== null) {
        const bound = bounded ? boundAt(after as Uint8Array, to) : -1;
        const only = to < length ? nibbleAt(prefix, to) : null;
        for (let index = 15; index >= Math.max(bound, 0); index--) {
          if (children[index] === null || (only !== null && index !== only)) continue;
          turns.push({ parent: node, index, bounded: bounded && index === bound });
        }
      }
    }
    const turn = turns.pop();
    if (turn === undefined) return;
    bounded = turn.bounded;
    const follows = turn.parent.to < length ? prefix : bounded ? after : null;
    node = childOf(walk, turn.parent, turn.index, follows);
  }
}

/** Below 0: the node and all below it come before `bound`; 0: its way is that of `bound`; above 0: they come after. */
function orderAgainst(node: TrieNode, bound: Uint8Array): number {
  for (let nibble = node.from; nibble < node.to; nibble++) {
    const order = nibbleAt(node.key, nibble) - boundAt(bound, nibble);
    if (order !== 0) return order;
  }
  return 0;
}

/** What goes on beyond the whole of a key comes after it. */
function boundAt(key: Uint8Array, nibble: number): number {
  return nibble < key.length * 2 ? nibbleAt(key, nibble) : -1;
}

/** A branch's path and the prefix agree as far as both go, or nothing below it counts. */
function agreesWith(node: TrieNode, prefix: Uint8Array): boolean {
  const shared = Math.min(node.to, prefix.length * 2);
  for (let nibble = node.from; nibble < shared; nibble++) {
    if (nibbleAt(node.key, nibble) !== nibbleAt(prefix, nibble)) return false;
  }
  return true;
}
