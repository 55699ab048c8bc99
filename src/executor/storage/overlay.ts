import type { Hex } from '../../bytes/hex.ts';
import { type Changes, MAIN_TRIE, type State } from './state.ts';

type Layer = Map<string, Map<Hex, Uint8Array | null>>;

/** Uncommitted changes over a state, with the nested transactions that runtimes open (`ext_storage_*`). */
export class Overlay {
  readonly base: State;
  #layers: Layer[] = [new Map()];
  #sealed: State | undefined;

  constructor(base: State) {
    this.base = base;
  }

  get(key: Hex, trie = MAIN_TRIE): Uint8Array | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.get(trie)?.get(key);
      if (value !== undefined) return value ?? undefined;
    }
    return this.base.trieNamed(trie)?.get(key);
  }

  /** `value` must not be changed by the caller afterwards; null removes the key. */
  set(key: Hex, value: Uint8Array | null, trie = MAIN_TRIE): void {
    this.#sealed = undefined;
    const layer = this.#layers[this.#layers.length - 1];
    let changes = layer?.get(trie);
    if (changes === undefined) {
      changes = new Map();
      layer?.set(trie, changes);
    }
    changes.set(key, value);
  }

  nextKey(after: Hex, trie = MAIN_TRIE): Hex | undefined {
    let lowest: Hex | undefined;
    for (const layer of this.#layers) {
      for (const key of layer.get(trie)?.keys() ?? []) {
        if (key > after && (lowest === undefined || key < lowest) && this.get(key, trie) !== undefined)
          lowest = key;
      }
    }
    const base = this.base.trieNamed(trie);
    for (let key = base?.nextKey(after); key !== undefined; key = base?.nextKey(key)) {
      if (lowest !== undefined && key >= lowest) break;
      if (this.get(key, trie) !== undefined) return key;
    }
    return lowest;
  }

  /**
   * Removes keys that begin with `prefix`: all that this block wrote, and up to `limit` of the ones below.
   * `removed` counts the latter, as `ext_storage_clear_prefix_version_2` demands.
   */
  clearPrefix(
    prefix: Hex,
    limit = Number.POSITIVE_INFINITY,
    trie = MAIN_TRIE,
  ): { removed: number; all: boolean } {
    const own = new Set<Hex>();
    for (const layer of this.#layers) {
      for (const key of layer.get(trie)?.keys() ?? []) if (key.startsWith(prefix)) own.add(key);
    }
    const base = this.base.trieNamed(trie)?.keysWithPrefix(prefix) ?? [];
    for (const key of own) if (this.get(key, trie) !== undefined) this.set(key, null, trie);
    let removed = 0;
    for (const key of base) {
      if (removed === limit) return { removed, all: false };
      if (this.get(key, trie) !== undefined) this.set(key, null, trie);
      removed++;
    }
    return { removed, all: true };
  }

  begin(): void {
    this.#layers.push(new Map());
  }

  commit(): void {
    const top = this.#closed();
    const below = this.#layers[this.#layers.length - 1];
    for (const [trie, changes] of top) {
      const target = below?.get(trie);
      if (target === undefined) below?.set(trie, changes);
      else for (const [key, value] of changes) target.set(key, value);
    }
  }

  rollback(): void {
    this.#closed();
    this.#sealed = undefined;
  }

  get depth(): number {
    return this.#layers.length - 1;
  }

  /** All that changed so far, open transactions included. */
  changes(): Changes {
    const flat: Layer = new Map();
    for (const layer of this.#layers) {
      for (const [trie, changes] of layer) {
        flat.set(trie, new Map([...(flat.get(trie) ?? []), ...changes]));
      }
    }
    return flat;
  }

  /** The state with all changes so far; computed once until the next write. */
  seal(): State {
    this.#sealed ??= this.base.with(this.changes());
    return this.#sealed;
  }

  #closed(): Layer {
    const top = this.#layers.length > 1 ? this.#layers.pop() : undefined;
    if (top === undefined) throw new Error('the runtime closed a storage transaction that it had not opened');
    return top;
  }
}
