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
  readonly bytes: Uint8Array;
  readonly hashed: boolean;
  /** Filled on first use: a value is hashed once, whatever happens to the nodes around it. */
  digest: Uint8Array | null;
}

/**
 * An immutable node of a trie in memory. Its path is nibbles `from` to `to` of `key`, which is any key below it;
 * nibbles before `from` are its ancestors'. Only caches (`reference`, `digest`) are ever written.
 */
export interface TrieNode {
  readonly key: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly value: TrieValue | null;
  /** 16 places, or null for a leaf. */
  readonly children: readonly (TrieNode | null)[] | null;
  /** The encoding when shorter than 32 bytes, else its hash: what the parent holds. */
  reference: Uint8Array | null;
}

export function createNode(
  key: Uint8Array,
  from: number,
  to: number,
  value: TrieValue | null,
  children: readonly (TrieNode | null)[] | null,
): TrieNode {
  return { key, from, to, value, children, reference: null };
}

/** What the parent holds of this node: its encoding (under 32 bytes) or its hash (32 bytes). */
export function referenceOf(node: TrieNode): Uint8Array {
  if (node.reference === null) {
    const encoded = encodeNode(node);
    node.reference = encoded.length < HASH_LENGTH ? encoded : blake2b256(encoded);
  }
  return node.reference;
}

/** Hash of the root node, which is never inline. */
export function rootHash(root: TrieNode | null): Uint8Array {
  if (root === null) return blake2b256(EMPTY_NODE);
  const reference = referenceOf(root);
  return reference.length === HASH_LENGTH ? reference : blake2b256(reference);
}

export function digestOf(value: TrieValue): Uint8Array {
  value.digest ??= blake2b256(value.bytes);
  return value.digest;
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
  if (value !== null)
    size += value.hashed ? HASH_LENGTH : compactSize(value.bytes.length) + value.bytes.length;

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
  if (value?.hashed) {
    out.set(digestOf(value), at);
    at += HASH_LENGTH;
  } else if (value !== null) {
    const length = encodeCompact(value.bytes.length);
    out.set(length, at);
    out.set(value.bytes, at + length.length);
    at += length.length + value.bytes.length;
  }
  for (const reference of references) {
    out[at++] = reference.length << 2;
    out.set(reference, at);
    at += reference.length;
  }
  return out;
}
