import type { Hex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { StateVersion } from '../../proof/index.ts';
import {
  type Backend,
  type Changes,
  childRootKey,
  isRooted,
  MAIN_TRIE,
  MissingStorage,
  type Rooted,
  type StorageRequest,
  type TrieName,
  UNKNOWN,
} from './backend.ts';

type Layer = Map<TrieName, Map<Hex, Uint8Array | null>>;

/** Bytes of keys and values that may be held at once: far more than any block changes. */
const MOST_HELD = 256 * 1024 * 1024;
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
  /** Bytes that each layer holds. Values lie outside of the memory that a thread is limited in. */
  #sizes: number[] = [0];
  #held = 0;
  /** What had been visited of the base when each layer but the first was begun. */
  #marks: number[] = [];
  #sealed: { readonly version: StateVersion | undefined; readonly state: B & Rooted<B> } | undefined;
  #guess: Guess | null = null;

  constructor(base: B) {
    this.base = base;
  }

  get(key: Hex, trie: TrieName = MAIN_TRIE): Uint8Array | null {
    const own = this.#own(key, trie);
    return own === undefined ? this.#below(trie, key) : own;
  }

  has(key: Hex, trie: TrieName = MAIN_TRIE): boolean {
    const own = this.#own(key, trie);
    if (own !== undefined) return own !== null;
    return this.#hasBelow(trie, key);
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
    const before = changes.get(key);
    this.#hold(before === undefined ? key.length / 2 : 0, (value?.length ?? 0) - (before?.length ?? 0));
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
    const first = this.#hasBelow(trie, prefix) ? prefix : this.#nextBelow(trie, prefix, prefix);
    for (let key = first; key?.startsWith(prefix); key = this.#nextBelow(trie, key, prefix)) {
      if (removed === limit) return { removed, all: false };
      if (this.#own(key, trie) !== null) this.set(key, null, trie);
      removed++;
    }
    return { removed, all: true };
  }

  begin(): void {
    this.#layers.push(new Map());
    this.#sizes.push(0);
    this.#marks.push(this.base.recorder?.mark ?? 0);
  }

  commit(): void {
    const top = this.#closed();
    const below = this.#layers[this.#layers.length - 1];
    for (const [trie, changes] of top) {
      const target = below?.get(trie) ?? new Map<Hex, Uint8Array | null>();
      below?.set(trie, target);
      for (const [key, value] of changes) {
        const before = target.get(key);
        this.#hold(before === undefined ? key.length / 2 : 0, (value?.length ?? 0) - (before?.length ?? 0));
        target.set(key, value);
      }
    }
  }

  rollback(): void {
    if (this.#closed().size > 0) this.#sealed = undefined;
  }

  /** As `rollback`, and as if it had never been begun: what was visited since then is not recorded either. */
  undo(): void {
    const mark = this.#marks.at(-1) ?? 0;
    this.rollback();
    this.base.recorder?.rollback(mark);
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

  /**
   * The storage with all changes so far, by the runtime's state version; computed once until the next write.
   * @throws RESCUE_EXECUTION_FAILED when the backend has no root, MissingStorage
   */
  seal(version?: StateVersion): B & Rooted<B> {
    if (this.#sealed?.version !== version) this.#sealed = undefined;
    this.#sealed ??= { version, state: this.#rooted((base) => base.with(this.changes(), version)) };
    return this.#sealed.state;
  }

  /**
   * Root of a child trie with all changes so far; null where it has no key. From now on it stands in the main trie, as nodes have it.
   * @throws as `seal`
   */
  childRoot(trie: TrieName, version?: StateVersion): Uint8Array | null {
    const changes = this.changes().get(trie);
    if (changes === undefined) return this.get(childRootKey(trie));
    const root = this.#rooted((base) => base.childRoot(trie, changes, version));
    this.set(childRootKey(trie), root);
    return root;
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
      while (this.depth > depth) this.undo();
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

  #hasBelow(trie: TrieName, key: Hex): boolean {
    const below = this.base.has?.(trie, key);
    if (below === undefined) return this.#below(trie, key) !== null;
    return below === UNKNOWN ? this.#missed({ kind: 'read', trie, key }) !== null : below;
  }

  #nextBelow(trie: TrieName, key: Hex, prefix?: Hex): Hex | null {
    const next = this.base.next(trie, key, prefix);
    return next === UNKNOWN ? this.#missed({ kind: 'next', trie, key }) : next;
  }

  #rooted<Result>(compute: (base: B & Rooted<B>) => Result): Result {
    const { base } = this;
    if (!isRooted(base)) {
      throw new RescueError(
        'RESCUE_EXECUTION_FAILED',
        'The runtime asks for the root of a storage that has none.',
      );
    }
    try {
      return compute(base);
    } catch (error) {
      if (error instanceof MissingStorage) for (const request of error.ahead()) this.#guessed(request);
      throw error;
    }
  }

  /** @throws MissingStorage, but while guessing for as long as that finds enough */
  #missed(request: StorageRequest): null {
    const guess = this.#guess;
    if (guess === null) {
      const { origin } = this.base;
      const through = this.base.wanted?.(request);
      throw new MissingStorage({ ...request, ...(through && { through }), ...(origin && { of: origin }) });
    }
    this.#guessed(request);
    guess.assumed += 1;
    if (guess.missed.size >= MOST_GUESSED || guess.assumed >= MOST_ASSUMED) throw new MissingStorage(request);
    return null;
  }

  #guessed(request: StorageRequest): void {
    this.#guess?.missed.set(`${request.kind} ${request.trie} ${request.key}`, request);
  }

  #closed(): Layer {
    const top = this.#layers.length > 1 ? this.#layers.pop() : undefined;
    if (top === undefined) throw new Error('the runtime closed a storage transaction that it had not opened');
    this.#marks.pop();
    this.#held -= this.#sizes.pop() ?? 0;
    return top;
  }

  /** @throws RESCUE_EXECUTION_FAILED when it is too much */
  #hold(ofKey: number, ofValue: number): void {
    const top = this.#sizes.length - 1;
    this.#sizes[top] = (this.#sizes[top] ?? 0) + ofKey + ofValue;
    this.#held += ofKey + ofValue;
    if (this.#held <= MOST_HELD) return;
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `The code could not be run to its end: it writes more than ${MOST_HELD} bytes.`,
    );
  }
}
