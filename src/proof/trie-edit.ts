import { equalBytes } from '../bytes/bytes.ts';
import { nibbleAt } from './node-codec.ts';
import { createNode, digestOf, type TrieChild, type TrieNode, type TrieValue } from './trie-node.ts';
import { childOf, type Walk } from './trie-walk.ts';

type Entry = readonly [Uint8Array, TrieValue];

/** The subtrie of `entries[low..high)`, sorted and distinct, whose paths agree before nibble `depth`. */
export function nodeOfSorted(entries: readonly Entry[], low: number, high: number, depth: number): TrieNode {
  const [key, value] = entries[low] as Entry;
  if (high - low === 1) return createNode(key, depth, key.length * 2, value, null);
  const [last] = entries[high - 1] as Entry;
  const to = agreement(key, last, depth, Math.min(key.length, last.length) * 2);
  const hasValue = key.length * 2 === to;
  const children: (TrieChild | null)[] = new Array(16).fill(null);
  let start = hasValue ? low + 1 : low;
  while (start < high) {
    const nibble = nibbleAt((entries[start] as Entry)[0], to);
    const end = groupEnd(entries, start, high, to, nibble);
    children[nibble] = nodeOfSorted(entries, start, end, to + 1);
    start = end;
  }
  return createNode(key, depth, to, hasValue ? value : null, children);
}

/**
 * `node` with `value` under `key`; nodes off the key's path are shared. The very same node when nothing changes.
 * @throws MissingTrieNode
 */
export function insert(
  walk: Walk,
  node: TrieNode | null,
  key: Uint8Array,
  depth: number,
  value: TrieValue,
): TrieNode {
  const length = key.length * 2;
  if (node === null) return createNode(key, depth, length, value, null);
  const to = agreement(node.key, key, depth, Math.min(node.to, length));
  if (to < node.to) {
    const children: (TrieChild | null)[] = new Array(16).fill(null);
    children[nibbleAt(node.key, to)] = createNode(node.key, to + 1, node.to, node.value, node.children);
    if (to === length) return createNode(key, depth, to, value, children);
    children[nibbleAt(key, to)] = createNode(key, to + 1, length, value, null);
    return createNode(key, depth, to, null, children);
  }
  if (to === length) {
    if (node.value !== null && sameValue(node.value, value)) return node;
    return createNode(node.key, depth, to, value, node.children);
  }
  const index = nibbleAt(key, to);
  const child = childOf(walk, node, index, key);
  const changed = insert(walk, child, key, to + 1, value);
  return changed === child ? node : withChild(node, index, changed);
}

/**
 * `node` without `key`, or null when nothing is left. The very same node when the key isn't there.
 * @throws MissingTrieNode, also for the only child of a branch that is left without a value
 */
export function remove(walk: Walk, node: TrieNode, key: Uint8Array, depth: number): TrieNode | null {
  const length = key.length * 2;
  if (length < node.to || agreement(node.key, key, depth, node.to) < node.to) return node;
  if (length === node.to) {
    if (node.value === null) return node;
    if (node.children === null) return null;
    return merged(walk, createNode(node.key, node.from, node.to, null, node.children));
  }
  const index = nibbleAt(key, node.to);
  const child = childOf(walk, node, index, key);
  if (child === null) return node;
  const changed = remove(walk, child, key, node.to + 1);
  return changed === child ? node : merged(walk, withChild(node, index, changed));
}

function withChild(node: TrieNode, index: number, child: TrieNode | null): TrieNode {
  const children = node.children?.slice() ?? new Array<TrieChild | null>(16).fill(null);
  children[index] = child;
  return createNode(node.key, node.from, node.to, node.value, children);
}

/** A branch in its only allowed shape: one child and no value becomes that child, no child becomes a leaf. */
function merged(walk: Walk, branch: TrieNode): TrieNode {
  const children = branch.children ?? [];
  const first = children.findIndex((child) => child !== null);
  if (first < 0) return createNode(branch.key, branch.from, branch.to, branch.value, null);
  const isOnly = children.findLastIndex((child) => child !== null) === first;
  if (branch.value !== null || !isOnly) return branch;
  const only = childOf(walk, branch, first, null) as TrieNode;
  return createNode(only.key, branch.from, only.to, only.value, only.children);
}

/** The same bytes in the same form; those of hashed values need not be known. */
function sameValue(a: TrieValue, b: TrieValue): boolean {
  if (a.hashed !== b.hashed) return false;
  if (a.bytes !== null && b.bytes !== null) return equalBytes(a.bytes, b.bytes);
  return equalBytes(digestOf(a), digestOf(b));
}

/** First nibble from `from` on at which the keys differ, at most `to`. */
function agreement(a: Uint8Array, b: Uint8Array, from: number, to: number): number {
  let nibble = from;
  if ((nibble & 1) === 1 && nibble < to) {
    if (nibbleAt(a, nibble) !== nibbleAt(b, nibble)) return nibble;
    nibble++;
  }
  while (nibble + 1 < to && a[nibble >> 1] === b[nibble >> 1]) nibble += 2;
  while (nibble < to && nibbleAt(a, nibble) === nibbleAt(b, nibble)) nibble++;
  return nibble;
}

/** First entry from `start` on whose nibble at `depth` isn't `nibble` any more. */
function groupEnd(
  entries: readonly Entry[],
  start: number,
  end: number,
  depth: number,
  nibble: number,
): number {
  let low = start + 1;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nibbleAt((entries[middle] as Entry)[0], depth) === nibble) low = middle + 1;
    else high = middle;
  }
  return low;
}
