import { compareBytes, equalBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { TrieName } from '../../executor/storage/backend.ts';
import type { State } from '../../executor/storage/state.ts';
import type { Params } from './params.ts';
import { invalidParams } from './rpc-error.ts';
import { told } from './storage-queries.ts';

/** One of the `items` of `archive_v1_storageDiff`. */
export interface DiffItem {
  readonly prefix: Hex;
  readonly hashed: boolean;
  readonly child: Hex | null;
}

/** Without a list of items it is all of the main trie. */
export function diffItems(params: Params, index: number): DiffItem[] {
  if (params.raw(index) === null) return [{ prefix: '0x', hashed: false, child: null }];
  return params.list(index).map((item) => {
    const { key, returnType, childTrieKey } = (item ?? {}) as Record<string, unknown>;
    if (returnType !== 'value' && returnType !== 'hash')
      throw invalidParams(`parameter ${index + 1} must be a list of items, each with a returnType`);
    return {
      prefix: key == null ? '0x' : params.asHex(key, index),
      hashed: returnType === 'hash',
      child: childTrieKey == null ? null : params.asHex(childTrieKey, index),
    };
  });
}

type Entry = readonly [Uint8Array, Uint8Array];

/** What is other in one trie of `after` than in that of `before`, in the order of keys. */
export function* differences(
  before: State,
  after: State,
  trie: TrieName,
  { prefix, hashed }: DiffItem,
): Generator<Readonly<Record<string, string>>> {
  const old = entriesOf(before, trie, prefix);
  const now = entriesOf(after, trie, prefix);
  let [left, right] = [next(old), next(now)];
  while (left !== null || right !== null) {
    const order = left === null ? 1 : right === null ? -1 : compareBytes(left[0], right[0]);
    if (order < 0 && left !== null) {
      yield { key: toHex(left[0]), type: 'deleted' };
      left = next(old);
    } else if (right !== null) {
      const isSame = order === 0 && left !== null && equalBytes(left[1], right[1]);
      const type = order === 0 ? 'modified' : 'added';
      if (!isSame) yield { ...told(toHex(right[0]), right[1], hashed), type };
      if (order === 0) left = next(old);
      right = next(now);
    }
  }
}

function entriesOf(state: State, trie: TrieName, prefix: Hex): Iterator<Entry> {
  return (state.trie(trie)?.entries(fromHex(prefix)) ?? [])[Symbol.iterator]();
}

function next(entries: Iterator<Entry>): Entry | null {
  const step = entries.next();
  return step.done ? null : step.value;
}
