import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { buildTrie, type Trie } from '../../proof/index.ts';
import { type Changes, MAIN_TRIE, type Rooted, type TrieChanges, type TrieName } from './backend.ts';

const CHILD_PREFIX = toHex(encodeText(':child_storage:default:'));

/** An immutable ordered map from hex keys to values; versions share what did not change. */
export class SortedMap {
  readonly #values: ReadonlyMap<Hex, Uint8Array>;
  readonly #keys: readonly Hex[];

  constructor(values: ReadonlyMap<Hex, Uint8Array>, keys?: readonly Hex[]) {
    this.#values = values;
    this.#keys = keys ?? [...values.keys()].sort();
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: Hex): Uint8Array | undefined {
    return this.#values.get(key);
  }

  /** The least key above `after`. */
  nextKey(after: string): Hex | undefined {
    const at = this.#lowerBound(after);
    return this.#keys[at] === after ? this.#keys[at + 1] : this.#keys[at];
  }

  /** Up to `limit` keys that begin with `prefix` and lie above `after`, in order. */
  keysWithPrefix(prefix: string, after = '', limit = Number.POSITIVE_INFINITY): Hex[] {
    const found: Hex[] = [];
    let at = this.#lowerBound(after > prefix ? after : prefix);
    if (this.#keys[at] === after) at++;
    for (; at < this.#keys.length && found.length < limit; at++) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) break;
      found.push(key);
    }
    return found;
  }

  *entries(): Generator<readonly [Uint8Array, Uint8Array]> {
    for (const key of this.#keys) {
      const value = this.#values.get(key);
      if (value !== undefined) yield [fromHex(key), value];
    }
  }

  with(changes: TrieChanges): SortedMap {
    const values = new Map(this.#values);
    const added: Hex[] = [];
    let removed = false;
    for (const [key, value] of changes) {
      if (value === null) removed = values.delete(key) || removed;
      else {
        if (!values.has(key)) added.push(key);
        values.set(key, value);
      }
    }
    if (added.length === 0 && !removed) return new SortedMap(values, this.#keys);
    const kept = removed ? this.#keys.filter((key) => values.has(key)) : this.#keys;
    return new SortedMap(values, merge(kept, added.sort()));
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merge(left: readonly Hex[], right: readonly Hex[]): Hex[] {
  const merged: Hex[] = [];
  let i = 0;
  for (const key of right) {
    for (let next = left[i]; next !== undefined && next < key; next = left[++i]) merged.push(next);
    merged.push(key);
  }
  for (let next = left[i]; next !== undefined; next = left[++i]) merged.push(next);
  return merged;
}

/** The tries of child storages, built when first asked for and then brought up to date from block to block. */
const childTries = new WeakMap<SortedMap, Trie>();

/** The whole storage after one block, in memory, with its trie: the backend that knows everything. Immutable. */
export class State implements Rooted<State> {
  readonly main: SortedMap;
  readonly children: ReadonlyMap<string, SortedMap>;
  readonly trie: Trie;
  readonly version: 0 | 1;

  private constructor(main: SortedMap, children: ReadonlyMap<string, SortedMap>, trie: Trie, version: 0 | 1) {
    this.main = main;
    this.children = children;
    this.trie = trie;
    this.version = version;
  }

  static genesis(entries: Iterable<readonly [Hex, Uint8Array]>, version: 0 | 1): State {
    const main = new SortedMap(new Map(entries));
    return new State(main, new Map(), buildTrie(main.entries(), version), version);
  }

  get root(): Uint8Array {
    return this.trie.root;
  }

  /** Of a child storage, whose root stands in the main trie; undefined where the state has none of that name. */
  childTrie(name: TrieName): Trie | undefined {
    const child = this.children.get(name);
    return child && trieOf(child, this.version);
  }

  read(trie: TrieName, key: Hex): Uint8Array | null {
    return this.#trieNamed(trie)?.get(key) ?? null;
  }

  next(trie: TrieName, key: Hex): Hex | null {
    return this.#trieNamed(trie)?.nextKey(key) ?? null;
  }

  with(changes: Changes): State {
    const mainChanges = new Map(changes.get(MAIN_TRIE) ?? []);
    const children = new Map(this.children);
    for (const [name, childChanges] of changes) {
      if (name === MAIN_TRIE) continue;
      const before = this.children.get(name);
      const child = (before ?? new SortedMap(new Map())).with(childChanges);
      const rootKey: Hex = `${CHILD_PREFIX}${name}`;
      if (child.size === 0) {
        children.delete(name);
        mainChanges.set(rootKey, null);
      } else {
        children.set(name, child);
        if (before) childTries.set(child, trieOf(before, this.version).update(inBytes(childChanges)));
        mainChanges.set(rootKey, trieOf(child, this.version).root);
      }
    }
    const trie = this.trie.update(inBytes(mainChanges));
    return new State(this.main.with(mainChanges), children, trie, this.version);
  }

  #trieNamed(name: TrieName): SortedMap | undefined {
    return name === MAIN_TRIE ? this.main : this.children.get(name);
  }
}

function trieOf(child: SortedMap, version: 0 | 1): Trie {
  let trie = childTries.get(child);
  if (trie === undefined) {
    trie = buildTrie(child.entries(), version);
    childTries.set(child, trie);
  }
  return trie;
}

function inBytes(changes: TrieChanges): (readonly [Uint8Array, Uint8Array | null])[] {
  return [...changes].map(([key, value]) => [fromHex(key), value] as const);
}
