import { type Hex, toHex } from '../../bytes/hex.ts';
import { MAIN_TRIE, type TrieName } from '../../executor/storage/backend.ts';
import type { State } from '../../executor/storage/state.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { Params } from './params.ts';
import { invalidParams } from './rpc-error.ts';
import { childName, isChildKey } from './state-methods.ts';

const TYPES = [
  'value',
  'hash',
  'closestDescendantMerkleValue',
  'descendantsValues',
  'descendantsHashes',
] as const;
const OF_DESCENDANTS: readonly string[] = ['descendantsValues', 'descendantsHashes'];

/** One of the `items` of `chainHead_v1_storage` and `archive_v1_storage`. */
export interface StorageItem {
  readonly key: Hex;
  readonly type: (typeof TYPES)[number];
  /** Descendants up to this key are left out. */
  readonly after: Hex | null;
}

/** What is told of one key: `value`, `hash` or `closestDescendantMerkleValue`. */
export type StorageAnswer = Readonly<Record<string, Hex>>;

export function storageItems(params: Params, index: number): StorageItem[] {
  return params.list(index).map((item) => {
    const { key, type, paginationStartKey: after } = (item ?? {}) as Record<string, unknown>;
    const isKnown = (TYPES as readonly unknown[]).includes(type);
    if (!isKnown || (after != null && !OF_DESCENDANTS.includes(type as string)))
      throw invalidParams(`parameter ${index + 1} must be a list of keys, each with a type of query`);
    return {
      key: params.asHex(key, index),
      type: type as StorageItem['type'],
      after: after == null ? null : params.asHex(after, index),
    };
  });
}

/** The trie that `childTrie` of a request names: the bare name of a child trie, or its whole storage key. */
export function trieOf(params: Params, index: number): TrieName {
  const child = params.optionalHex(index);
  return child === null ? MAIN_TRIE : childTrieOf(child);
}

export function childTrieOf(child: Hex): TrieName {
  return isChildKey(child) ? childName(child) : child.slice(2);
}

/** What the state holds of one item; one answer a key, in the order of keys. */
export function* answersTo(state: State, trie: TrieName, item: StorageItem): Generator<StorageAnswer> {
  const { key, type, after } = item;
  if (type === 'closestDescendantMerkleValue') {
    const value = state.merkleValue(key, trie);
    if (value !== null) yield { key, closestDescendantMerkleValue: toHex(value) };
    return;
  }
  const hashed = type === 'hash' || type === 'descendantsHashes';
  const names = OF_DESCENDANTS.includes(type) ? state.keysWithPrefix(key, { after, trie }) : [key];
  for (const name of names) {
    const value = state.get(name, trie);
    if (value !== null) yield told(name, value, hashed);
  }
}

export function told(key: Hex, value: Uint8Array, hashed: boolean): StorageAnswer {
  return hashed ? { key, hash: toHex(blake2b256(value)) } : { key, value: toHex(value) };
}
