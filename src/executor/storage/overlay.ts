import type { Hex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import {
  type Backend,
  type Changes,
  isRooted,
  MAIN_TRIE,
  MissingStorage,
  type Rooted,
  type StorageRequest,
  type TrieName,
  UNKNOWN,
} from './backend.ts';

type Layer = Map<TrieName, Map<Hex, Uint8Array | null>>;

/** What one guess may find, and how often it may go on where it knows nothing. */
const MOST_GUESSED = 400;
const MOST_ASSUMED = 10_000;

/** What is found while the unknown is taken for absent. */
interface Guess {
  readonly missed: Map<string, StorageRequest>;
  assumed: number;
}

/**
 * Uncommitted changes over a backend, with the nested transactions that runtimes open (`ext_storage_*`). What the backend
 * does not know is thrown as MissingStorage by every method that reads.
 */
export class Overlay<B extends Backend = Backend> {
  readonly base: B;
  #layers: Layer[] = [new Map()];
  #sealed: (B & Rooted<B>) | undefined;
  #guess: Guess | null = null;

  constructor(base: B) {
    this.base = base;
  }

  get(key: Hex, trie: TrieName = MAIN_TRIE): Uint8Array | null {
    const own = this.#own(key, trie);
    return own === undefined ? this.#below(trie, key) : own;
  }

  /** `value` must not be changed by the caller afterwards; null removes the key. */
  set(key: Hex, value: Uint8Array | null, trie: TrieName = MAIN_TRIE): void {
    this.#sealed = undefined;
    const layer = this.#layers[this.#layers.length - 1];
    let changes = layer?.get(trie);
    if (changes === undefined) {
      changes = new Map();
      layer?.set(trie, changes);
    }
    changes.set(key, value);
  }

  nextKey(after: Hex, trie: TrieName = MAIN_TRIE): Hex | null {
    let lowest: Hex | null = null;
    for (const layer of this.#layers) {
      for (const key of layer.get(trie)?.keys() ?? []) {
        if (key > after && (lowest === null || key < lowest) && this.#own(key, trie)) lowest = key;
      }
    }
    for (let key = this.#nextBelow(trie, after); key !== null; key = this.#nextBelow(trie, key)) {
      if (lowest !== null && key >= lowest) break;
      if (this.#own(key, trie) !== null) return key;
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
    trie: TrieName = MAIN_TRIE,
  ): { removed: number; all: boolean } {
    const own = new Set<Hex>();
    for (const layer of this.#layers) {
      for (const key of layer.get(trie)?.keys() ?? []) if (key.startsWith(prefix)) own.add(key);
    }
    for (const key of own) if (this.#own(key, trie)) this.set(key, null, trie);
    let removed = 0;
    const first = this.#below(trie, prefix) === null ? this.#nextBelow(trie, prefix) : prefix;
    for (let key = first; key?.startsWith(prefix); key = this.#nextBelow(trie, key)) {
      if (removed === limit) return { removed, all: false };
      if (this.#own(key, trie) !== null) this.set(key, null, trie);
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
    if (this.#closed().size > 0) this.#sealed = undefined;
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

  /**
   * The storage with all changes so far; computed once until the next write.
   * @throws RESCUE_EXECUTION_FAILED when the backend has no root.
   */
  seal(): B & Rooted<B> {
    const { base } = this;
    if (!isRooted(base)) {
      throw new RescueError(
        'RESCUE_EXECUTION_FAILED',
        'The runtime asks for the root of a storage that has none.',
      );
    }
    this.#sealed ??= base.with(this.changes());
    return this.#sealed;
  }

  /**
   * What `work` on this overlay misses when all that the backend does not know is taken for absent. What it does and how it ends
   * mean nothing, and leave nothing behind.
   */
  guess(work: () => void): StorageRequest[] {
    const guess: Guess = { missed: new Map(), assumed: 0 };
    const { depth } = this;
    const sealed = this.#sealed;
    this.#guess = guess;
    this.begin();
    try {
      work();
    } catch {
      // With storage that is not what it should be anything may go wrong.
    } finally {
      while (this.depth > depth) this.rollback();
      this.#guess = null;
      this.#sealed = sealed;
    }
    return [...guess.missed.values()];
  }

  /** What this overlay says of the key: undefined when it says nothing, null when it removed it. */
  #own(key: Hex, trie: TrieName): Uint8Array | null | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.get(trie)?.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #below(trie: TrieName, key: Hex): Uint8Array | null {
    const value = this.base.read(trie, key);
    return value === UNKNOWN ? this.#missed({ kind: 'read', trie, key }) : value;
  }

  #nextBelow(trie: TrieName, key: Hex): Hex | null {
    const next = this.base.next(trie, key);
    return next === UNKNOWN ? this.#missed({ kind: 'next', trie, key }) : next;
  }

  /** @throws MissingStorage, but while guessing for as long as that finds enough */
  #missed(request: StorageRequest): null {
    const guess = this.#guess;
    if (guess === null) throw new MissingStorage(request);
    guess.missed.set(`${request.kind} ${request.trie} ${request.key}`, request);
    guess.assumed += 1;
    if (guess.missed.size >= MOST_GUESSED || guess.assumed >= MOST_ASSUMED) throw new MissingStorage(request);
    return null;
  }

  #closed(): Layer {
    const top = this.#layers.length > 1 ? this.#layers.pop() : undefined;
    if (top === undefined) throw new Error('the runtime closed a storage transaction that it had not opened');
    return top;
  }
}
