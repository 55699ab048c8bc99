import { encodeCompact } from '../bytes/scale.ts';
import { blake2b256 } from './hash.ts';
import {
  compactSize,
  EMPTY_NODE,
  encodeNodeHeader,
  HASH_LENGTH,
  nibbleAt,
  type ValueKind,
} from './node-codec.ts';

/** A value as stored: `hashed` was decided by the state version at the time it was set. */
export interface TrieValue {
  /** Null while nobody has read it: of a hashed value the digest is all that its node holds. */
  bytes: Uint8Array | null;
  readonly hashed: boolean;
  /** Filled on first use: a value is hashed once, whatever happens to the nodes around it. */
  digest: Uint8Array | null;
}

/**
 * An immutable node of a trie in memory. Its path is nibbles `from` to `to` of `key`, which is any key below it;
 * nibbles before `from` are its ancestors'. Only caches (`reference`, `encoding`, `digest`, and a child in place of its stub)
 * are ever written.
 */
export interface TrieNode {
  readonly loaded: true;
  readonly key: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly value: TrieValue | null;
  /** 16 places, or null for a leaf. */
  readonly children: (TrieChild | null)[] | null;
  /** The encoding when shorter than 32 bytes, else its hash: what the parent holds. Null until somebody asks for it. */
  reference: Uint8Array | null;
  /** Its encoding, once somebody wants that of a node which has a reference: proofs of one state have most nodes in common. */
  encoding: Uint8Array | null;
}

/** A child as its parent holds it: `length` bytes of `data` from `at` on, a hash when there are 32 of them, else the node. */
export interface TrieStub {
  readonly loaded: false;
  readonly data: Uint8Array;
  readonly at: number;
  readonly length: number;
  /** Once a walk has come to it; versions of a trie share their stubs. */
  node: TrieNode | null;
}

export type TrieChild = TrieNode | TrieStub;

export function createNode(
  key: Uint8Array,
  from: number,
  to: number,
  value: TrieValue | null,
  children: (TrieChild | null)[] | null,
  reference: Uint8Array | null = null,
): TrieNode {
  return { loaded: true, key, from, to, value, children, reference, encoding: null };
}

export function createStub(data: Uint8Array, at: number, length = HASH_LENGTH): TrieStub {
  return { loaded: false, data, at, length, node: null };
}

/** What the parent holds of this child: its encoding (under 32 bytes) or its hash (32 bytes). */
export function referenceOf(child: TrieChild): Uint8Array {
  if (!child.loaded) return child.data.subarray(child.at, child.at + child.length);
  if (child.reference === null) {
    const encoded = encodeNode(child);
    child.reference = encoded.length < HASH_LENGTH ? encoded : blake2b256(encoded);
  }
  return child.reference;
}

/** Hash of the root node, which is never inline. */
export function rootHash(root: TrieChild | null): Uint8Array {
  if (root === null) return blake2b256(EMPTY_NODE);
  const reference = referenceOf(root);
  return reference.length === HASH_LENGTH ? reference : blake2b256(reference);
}

export function digestOf(value: TrieValue): Uint8Array {
  value.digest ??= blake2b256(inlineBytes(value));
  return value.digest;
}

/** The bytes of a value whose digest nobody has told: they are known. */
export function inlineBytes(value: TrieValue): Uint8Array {
  if (value.bytes === null) throw new Error('a trie holds a value without its bytes and without its digest');
  return value.bytes;
}

/** The node in the format of node-codec.ts. */
export function encodeNode(node: TrieNode): Uint8Array {
  const { key, from, to, value, children } = node;
  const kind: ValueKind = value === null ? 'none' : value.hashed ? 'hash' : 'inline';
  const header = encodeNodeHeader(children === null, kind, to - from);
  const references: Uint8Array[] = [];
  let bitmap = 0;
  let size = header.length + ((to - from + 1) >> 1);
  if (children !== null) {
    size += 2;
    for (let i = 0; i < 16; i++) {
      const child = children[i] ?? null;
      if (child === null) continue;
      bitmap |= 1 << i;
      const reference = referenceOf(child);
      references.push(reference);
      size += 1 + reference.length;
    }
  }
  const held = value === null ? null : value.hashed ? digestOf(value) : inlineBytes(value);
  if (held !== null) size += (value?.hashed ? 0 : compactSize(held.length)) + held.length;

  const out = new Uint8Array(size);
  out.set(header);
  let at = header.length;
  let nibble = from;
  if (((to - from) & 1) === 1) out[at++] = nibbleAt(key, nibble++);
  for (; nibble < to; nibble += 2) out[at++] = (nibbleAt(key, nibble) << 4) | nibbleAt(key, nibble + 1);
  if (children !== null) {
    out[at++] = bitmap & 0xff;
    out[at++] = bitmap >> 8;
  }
  if (held !== null) {
    if (!value?.hashed) {
      const length = encodeCompact(held.length);
      out.set(length, at);
      at += length.length;
    }
    out.set(held, at);
    at += held.length;
  }
  for (const reference of references) {
    out[at++] = reference.length << 2;
    out.set(reference, at);
    at += reference.length;
  }
  return out;
}
