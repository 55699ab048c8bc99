import { equalBytes } from '../bytes/bytes.ts';
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
import type { TrieNodes } from './node-store.ts';

/**
 * Reading from a trie of which some nodes are known. Every answer is proven by the hashes from the root down: a value, an
 * absence, the next key; or it says which node it lacks, which is never an absence.
 */
export interface MissingNode {
  /** How many nibbles of the way lead to the node; for a value that is stored apart, all of the key. */
  readonly nibbles: number;
  readonly isValue: boolean;
  /** The least key that leads through the node (for a value, its key): a read proof of it carries the node. */
  readonly through: Uint8Array;
}

const EMPTY_ROOT = blake2b256(EMPTY_NODE);

export function isMissing<T>(answer: T | MissingNode): answer is MissingNode {
  return typeof answer === 'object' && answer !== null && 'through' in answer;
}

/** The value of `key`, null when there is none. Throws `PROOF_BAD_NODE`. */
export function readPartial(
  nodes: TrieNodes,
  root: Uint8Array,
  key: Uint8Array,
): Uint8Array | null | MissingNode {
  const end = walkTo(nodes, root, key);
  if (end === null || isMissing(end)) return end;
  const { node } = end;
  if (node.value === 'none') return null;
  if (node.value === 'inline') return node.data.subarray(node.valueStart, node.valueEnd);
  return nodes.value(node.data, node.valueStart) ?? { nibbles: key.length * 2, isValue: true, through: key };
}

/**
 * blake2-256 of the value of `key` without the value itself, where the trie holds it apart, and how many nibbles lead to
 * its node; null when there is none. Throws `PROOF_BAD_NODE`.
 */
export function valueHash(
  nodes: TrieNodes,
  root: Uint8Array,
  key: Uint8Array,
): { readonly hash: Uint8Array; readonly nibbles: number } | null | MissingNode {
  const end = walkTo(nodes, root, key);
  if (end === null || isMissing(end)) return end;
  const { node } = end;
  if (node.value === 'none') return null;
  const bytes = node.data.subarray(node.valueStart, node.valueEnd);
  return { hash: node.value === 'hash' ? bytes : blake2b256(bytes), nibbles: end.nibbles };
}

/** The least key above `after`, null when there is none. Throws `PROOF_BAD_NODE`. */
export function nextPartial(
  nodes: TrieNodes,
  root: Uint8Array,
  after: Uint8Array,
): Uint8Array | null | MissingNode {
  if (equalBytes(root, EMPTY_ROOT)) return null;
  const node = nodes.node(root, 0);
  if (!node) return { nibbles: 0, isValue: false, through: after };
  return firstAfter(nodes, node, [], after);
}

/** A key that goes the way of `key` for `nibbles` nibbles and then leaves it: its proof ends where that way is left. */
export function leavingAt(key: Uint8Array, nibbles: number): Uint8Array {
  if (nibbles >= key.length * 2) return Uint8Array.of(...key, 0);
  const other = key.slice(0, (nibbles >> 1) + 1);
  other[nibbles >> 1] = (other[nibbles >> 1] as number) ^ ((nibbles & 1) === 0 ? 0x10 : 0x01);
  return other;
}

/** The node at which the way of `key` ends; null when there is no such node. `nibbles` is where that node begins. */
function walkTo(
  nodes: TrieNodes,
  root: Uint8Array,
  key: Uint8Array,
): { readonly node: DecodedNode; readonly nibbles: number } | null | MissingNode {
  if (equalBytes(root, EMPTY_ROOT)) return null;
  const length = key.length * 2;
  const top = nodes.node(root, 0);
  if (!top) return { nibbles: 0, isValue: false, through: key };
  let node = top;
  for (let depth = 0; ; ) {
    const nibbles = depth;
    if (node.nibbles > length - depth || !partialMatches(node, key, depth)) return null;
    depth += node.nibbles;
    if (depth === length) return { node, nibbles };
    const at = childOffset(node, nibbleAt(key, depth));
    if (at < 0) return null;
    depth++;
    const child = childAt(nodes, node, at);
    if (!child) return { nibbles: depth, isValue: false, through: key };
    node = child;
  }
}

/** The first key in the subtree of `node` that comes after `after`, all of whose nibbles up to here are those of `path`. */
function firstAfter(
  nodes: TrieNodes,
  node: DecodedNode,
  path: readonly number[],
  after: Uint8Array | null,
): Uint8Array | null | MissingNode {
  const own = [...path];
  let bound = after;
  for (let i = 0; i < node.nibbles; i++) {
    const nibble = nibbleAt(node.data, node.partialStart * 2 + (node.nibbles & 1) + i);
    const order = bound === null ? 1 : nibble - boundAt(bound, own.length);
    if (order < 0) return null;
    if (order > 0) bound = null;
    own.push(nibble);
  }
  if (node.value !== 'none' && bound === null) return keyOf(own);
  if (node.bitmap === 0) return null;
  const from = bound === null ? 0 : Math.max(0, boundAt(bound, own.length));
  for (let nibble = from; nibble < 16; nibble++) {
    const at = childOffset(node, nibble);
    if (at < 0) continue;
    const stays = bound !== null && nibble === boundAt(bound, own.length);
    const way = [...own, nibble];
    const child = childAt(nodes, node, at);
    if (!child) return { nibbles: way.length, isValue: false, through: paddedKey(way) };
    const found = firstAfter(nodes, child, way, stays ? bound : null);
    if (found !== null) return found;
  }
  return null;
}

/** What goes on beyond the whole of a key comes after it. */
function boundAt(key: Uint8Array, nibble: number): number {
  return nibble < key.length * 2 ? nibbleAt(key, nibble) : -1;
}

function childAt(nodes: TrieNodes, node: DecodedNode, at: number): DecodedNode | undefined {
  const size = (node.data[at] as number) >> 2;
  if (size === HASH_LENGTH) return nodes.node(node.data, at + 1);
  return decodeNode(node.data, at + 1, at + 1 + size);
}

function keyOf(path: readonly number[]): Uint8Array {
  if (path.length % 2 === 1) throw new ProofError('PROOF_BAD_NODE', 'A trie node has a key of half a byte.');
  return paddedKey(path);
}

function paddedKey(path: readonly number[]): Uint8Array {
  const key = new Uint8Array((path.length + 1) >> 1);
  for (const [index, nibble] of path.entries()) {
    key[index >> 1] = (key[index >> 1] as number) | (index % 2 === 0 ? nibble << 4 : nibble);
  }
  return key;
}
