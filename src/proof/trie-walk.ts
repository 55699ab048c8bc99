import { ProofError } from './error.ts';
import { type DecodedNode, decodeNode, HASH_LENGTH, nibbleAt, partialMatches } from './node-codec.ts';
import type { TrieNodes } from './node-store.ts';
import {
  createNode,
  createStub,
  type TrieChild,
  type TrieNode,
  type TrieStub,
  type TrieValue,
} from './trie-node.ts';

/** Is told of everything that a walk comes through, as often as it does. */
export interface TrieVisits {
  node(node: TrieNode): void;
  /** A hashed value was read. */
  value(value: TrieValue): void;
  /** The root of a trie without entries was looked at. */
  empty(): void;
}

/** Where a walk takes nodes from that nobody came to before, and who is told; null for neither. */
export interface Walk {
  readonly nodes: TrieNodes | null;
  readonly visits: TrieVisits | null;
}

/** What a walk lacks; it's never an absence. */
export interface MissingNode {
  /** How many nibbles of the way lead to the node; for a value that is stored apart, all of the key. */
  readonly nibbles: number;
  readonly isValue: boolean;
  /** A key that leads through the node (for a value, its key): a read proof of it carries the node. */
  readonly through: Uint8Array;
}

/** Ends a walk that comes to a node, or a value, which is not there. Nothing has changed, and it can be repeated. */
export class MissingTrieNode extends Error {
  override readonly name = 'MissingTrieNode';
  readonly missing: MissingNode;

  private constructor(missing: MissingNode) {
    super(`the trie is not known at nibble ${missing.nibbles}`);
    this.missing = missing;
  }

  /** Without a stack, which would cost many times the walk: it tells how far the walk came, and is always caught. */
  static at(missing: MissingNode): MissingTrieNode {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return new MissingTrieNode(missing);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

/** The root node of a trie that is not empty. `key` is where the walk goes. @throws MissingTrieNode, `PROOF_BAD_NODE` */
export function enter(walk: Walk, top: TrieChild, key: Uint8Array): TrieNode {
  const node = top.loaded ? top : (top.node ?? load(walk, top, key, 0));
  walk.visits?.node(node);
  return node;
}

/**
 * The child of a branch at this nibble, null when it has none. `key` is the key that the walk follows, or null when none
 * leads there.
 * @throws MissingTrieNode, `PROOF_BAD_NODE`
 */
export function childOf(
  walk: Walk,
  parent: TrieNode,
  index: number,
  key: Uint8Array | null,
): TrieNode | null {
  const child = parent.children?.[index] ?? null;
  if (child === null) return null;
  let node: TrieNode;
  if (child.loaded) node = child;
  else {
    node = child.node ?? load(walk, child, key ?? wayTo(parent, index), parent.to + 1);
    (parent.children as (TrieChild | null)[])[index] = node;
  }
  walk.visits?.node(node);
  return node;
}

/** The bytes of the value of `key`. @throws MissingTrieNode when only their hash is known */
export function bytesOf(walk: Walk, value: TrieValue, key: Uint8Array): Uint8Array {
  value.bytes ??= walk.nodes?.value(value.digest as Uint8Array, 0) ?? null;
  if (value.bytes === null) {
    throw MissingTrieNode.at({ nibbles: key.length * 2, isValue: true, through: key });
  }
  if (value.hashed) walk.visits?.value(value);
  return value.bytes;
}

/** A key that goes the way of `key` for `nibbles` nibbles and then leaves it: its proof ends where that way is left. */
export function leavingAt(key: Uint8Array, nibbles: number): Uint8Array {
  if (nibbles >= key.length * 2) return Uint8Array.of(...key, 0);
  const other = key.slice(0, (nibbles >> 1) + 1);
  other[nibbles >> 1] = (other[nibbles >> 1] as number) ^ ((nibbles & 1) === 0 ? 0x10 : 0x01);
  return other;
}

/** The least key that leads through the child at this nibble. */
function wayTo(parent: TrieNode, index: number): Uint8Array {
  const way = new Uint8Array((parent.to >> 1) + 1);
  way.set(parent.key.subarray(0, way.length));
  const last = parent.to >> 1;
  way[last] = (parent.to & 1) === 0 ? index << 4 : ((way[last] as number) & 0xf0) | index;
  return way;
}

function load(walk: Walk, stub: TrieStub, key: Uint8Array, from: number): TrieNode {
  const { data, at, length } = stub;
  const decoded = length === HASH_LENGTH ? walk.nodes?.node(data, at) : decodeNode(data, at, at + length);
  if (!decoded) throw MissingTrieNode.at({ nibbles: from, isValue: false, through: key });
  stub.node = expanded(decoded, key, from, data.subarray(at, at + length));
  return stub.node;
}

/** The node that begins at nibble `from` of `key`. */
function expanded(node: DecodedNode, key: Uint8Array, from: number, reference: Uint8Array): TrieNode {
  const { data, nibbles, bitmap, value, valueStart, valueEnd } = node;
  const to = from + nibbles;
  if (value !== 'none' && (to & 1) === 1)
    throw new ProofError('PROOF_BAD_NODE', 'A trie node has a key of half a byte.');
  const follows = to <= key.length * 2 && partialMatches(node, key, from);
  const own = follows ? key : withPartial(node, key, from);
  const bytes = data.subarray(valueStart, valueEnd);
  const held: TrieValue | null =
    value === 'none'
      ? null
      : value === 'hash'
        ? { bytes: null, hashed: true, digest: bytes }
        : { bytes, hashed: false, digest: null };
  if (bitmap === 0) return createNode(own, from, to, held, null, reference);
  const children: (TrieChild | null)[] = new Array(16).fill(null);
  let at = node.childrenStart;
  for (let index = 0; index < 16; index++) {
    if ((bitmap & (1 << index)) === 0) continue;
    const length = (data[at] as number) >> 2;
    children[index] = createStub(data, at + 1, length);
    at += 1 + length;
  }
  return createNode(own, from, to, held, children, reference);
}

/** The first `from` nibbles of `key`, and then those of the node. */
function withPartial(node: DecodedNode, key: Uint8Array, from: number): Uint8Array {
  const own = new Uint8Array((from + node.nibbles + 1) >> 1);
  own.set(key.subarray(0, (from + 1) >> 1));
  if ((from & 1) === 1) own[from >> 1] = (own[from >> 1] as number) & 0xf0;
  const first = node.partialStart * 2 + (node.nibbles & 1);
  for (let i = 0; i < node.nibbles; i++) {
    const at = from + i;
    const nibble = nibbleAt(node.data, first + i);
    own[at >> 1] = (own[at >> 1] as number) | ((at & 1) === 0 ? nibble << 4 : nibble);
  }
  return own;
}
