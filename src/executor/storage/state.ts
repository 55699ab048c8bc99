import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { buildTrie, type StateVersion, type Trie } from '../../proof/index.ts';
import type { KeptNodes } from '../../proof/node-store.ts';
import { openTrie } from '../../proof/trie.ts';
import { MissingTrieNode } from '../../proof/trie-walk.ts';
import type { Visits } from '../../proof/visits.ts';
import {
  type Changes,
  childRootKey,
  MAIN_TRIE,
  MissingStorage,
  type ProofKey,
  type Rooted,
  type StorageRequest,
  type TrieChanges,
  type TrieName,
  UNKNOWN,
} from './backend.ts';
import { ReadLog } from './read-log.ts';
import { wantedFor } from './state-proofs.ts';

const EMPTY_TRIE = buildTrie([], 0);

interface Parts {
  readonly main: Trie;
  /** Child tries that were made here; others are opened by the root that stands in the main trie. */
  readonly made: ReadonlyMap<TrieName, Trie>;
  readonly nodes: KeptNodes | null;
  readonly log: ReadLog | null;
  readonly recorder?: Visits;
}

/**
 * The storage after one block, as tries: whole, or known as far as its nodes are. Immutable; versions share what did not
 * change. What it answers is proven down from its root. What it does not know it says (`read`, `has`, `next`) or throws as
 * MissingStorage (everything else); the same can be asked again once its nodes hold more (state-proofs.ts).
 */
export class State implements Rooted<State> {
  readonly main: Trie;
  /** Where nodes are taken from that nobody came to before; null for a state that is whole. */
  readonly nodes: KeptNodes | null;
  /** Of a state that is known in parts, and of what became of it: what was read; null for one that is whole. */
  readonly log: ReadLog | null;
  readonly recorder: Visits | undefined;
  readonly #made: ReadonlyMap<TrieName, Trie>;
  readonly #opened = new Map<TrieName, Trie | null>();

  private constructor({ main, made, nodes, log, recorder }: Parts) {
    this.main = main;
    this.nodes = nodes;
    this.log = log;
    this.recorder = recorder;
    this.#made = made;
  }

  /** A whole state without child tries; the last one of a key counts. */
  static genesis(entries: Iterable<readonly [Hex, Uint8Array]>, version: StateVersion): State {
    const distinct = [...new Map(entries)].map(([key, value]) => [fromHex(key), value] as const);
    return new State({ main: buildTrie(distinct, version), made: new Map(), nodes: null, log: null });
  }

  /** The state with this root, of which `nodes` hold what is known. `version` as in `with`. */
  static at(root: Uint8Array, nodes: KeptNodes, version: StateVersion): State {
    return new State({ main: openTrie(root, nodes, version), made: new Map(), nodes, log: new ReadLog() });
  }

  get root(): Uint8Array {
    return this.main.root;
  }

  /** By which the values were set last. */
  get version(): StateVersion {
    return this.main.stateVersion;
  }

  /** The child trie whose root stands in the main trie; null where there is none. @throws MissingTrieNode of the main trie */
  child(name: TrieName): Trie | null {
    const before = this.#opened.get(name);
    if (before !== undefined) return before;
    const child = this.#open(name);
    this.#opened.set(name, child);
    return child;
  }

  /** The main trie, or a child trie. @throws MissingTrieNode of the main trie */
  trie(name: TrieName): Trie | null {
    return name === MAIN_TRIE ? this.main : this.child(name);
  }

  /** @throws MissingStorage */
  get(key: Hex, trie: TrieName = MAIN_TRIE): Uint8Array | null {
    const value = this.read(trie, key);
    return value === UNKNOWN ? this.#misses({ kind: 'read', trie, key }) : value;
  }

  /** The least key above `key`. @throws MissingStorage */
  nextKey(key: Hex, trie: TrieName = MAIN_TRIE): Hex | null {
    const next = this.next(trie, key);
    return next === UNKNOWN ? this.#misses({ kind: 'next', trie, key }) : next;
  }

  /** Up to `limit` keys that begin with `prefix` and lie above `after`, in order. @throws MissingStorage */
  keysWithPrefix(
    prefix: Hex,
    {
      after,
      limit = Infinity,
      trie = MAIN_TRIE,
    }: { after?: Hex | null; limit?: number; trie?: TrieName } = {},
  ): Hex[] {
    const found: Hex[] = [];
    const opened = this.#known(MAIN_TRIE, () => this.trie(trie));
    if (opened === null) return found;
    return this.#known(trie, () => {
      for (const key of opened.keys(fromHex(prefix), after ? fromHex(after) : undefined)) {
        if (found.length >= limit) break;
        found.push(toHex(key));
      }
      return found;
    });
  }

  /** The nodes that prove these keys (`Trie.prove`); none for a child trie that is not there. @throws MissingStorage */
  prove(keys: readonly Uint8Array[], trie: TrieName = MAIN_TRIE): Uint8Array[] {
    const opened = this.#known(MAIN_TRIE, () => this.trie(trie));
    return this.#known(trie, () => opened?.prove(keys) ?? []);
  }

  /** `Trie.merkleValue`; null for a child trie that is not there. @throws MissingStorage */
  merkleValue(key: Hex, trie: TrieName = MAIN_TRIE): Uint8Array | null {
    const opened = this.#known(MAIN_TRIE, () => this.trie(trie));
    return this.#known(trie, () => opened?.merkleValue(fromHex(key)) ?? null);
  }

  read(trie: TrieName, key: Hex): Uint8Array | null | typeof UNKNOWN {
    const value = ifKnown(() => this.trie(trie)?.get(fromHex(key)) ?? null);
    if (value !== UNKNOWN) this.log?.value(trie, key, value?.length ?? 0);
    return value;
  }

  has(trie: TrieName, key: Hex): boolean | typeof UNKNOWN {
    const has = ifKnown(() => this.trie(trie)?.has(fromHex(key)) ?? false);
    if (has !== UNKNOWN) this.log?.seen(trie, key);
    return has;
  }

  next(trie: TrieName, key: Hex, prefix: Hex = '0x'): Hex | null | typeof UNKNOWN {
    const next = ifKnown(() => {
      const found = this.trie(trie)?.next(fromHex(key), fromHex(prefix)) ?? null;
      return found && toHex(found);
    });
    if (next !== UNKNOWN) this.log?.step(trie, key, next);
    return next;
  }

  /** @throws MissingStorage with a key whose read proof brings what is missing; this state stays what it is */
  with(changes: Changes, version: StateVersion = this.version): State {
    try {
      return this.#changed(changes, version);
    } catch (error) {
      if (!(error instanceof MissingStorage)) throw error;
      throw new MissingStorage(error.request, () => requestsOf(changes));
    }
  }

  childRoot(name: TrieName, changes: TrieChanges, version: StateVersion = this.version): Uint8Array | null {
    return rootUnlessEmpty(this.#changedChild(name, changes, version));
  }

  recording(recorder: Visits): State {
    const main = this.main.walked({ visits: recorder });
    return new State({ main, made: this.#made, nodes: this.nodes, log: this.log, recorder });
  }

  get origin(): object | null {
    return this.log;
  }

  wanted(request: StorageRequest): ProofKey | null {
    return wantedFor(this, request);
  }

  #misses(request: StorageRequest): never {
    const through = this.wanted(request);
    throw new MissingStorage({ ...request, ...(through && { through }), ...this.#of() });
  }

  #known<T>(trie: TrieName, ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof MissingTrieNode)) throw error;
      throw new MissingStorage({ kind: 'read', trie, key: toHex(error.missing.through), ...this.#of() });
    }
  }

  #of(): Pick<StorageRequest, 'of'> {
    return this.log === null ? {} : { of: this.log };
  }

  #changed(changes: Changes, version: StateVersion): State {
    const mainChanges = new Map(changes.get(MAIN_TRIE) ?? []);
    const children = [...changes].filter(([name]) => name !== MAIN_TRIE);
    const made = children.length > 0 ? new Map(this.#made) : this.#made;
    for (const [name, childChanges] of children) {
      const child = this.#changedChild(name, childChanges, version);
      (made as Map<TrieName, Trie>).set(name, child);
      mainChanges.set(childRootKey(name), rootUnlessEmpty(child));
    }
    const main = this.#known(MAIN_TRIE, () => this.main.update(inBytes(mainChanges), version));
    return new State({ main, made, nodes: this.nodes, log: this.log });
  }

  #changedChild(name: TrieName, changes: TrieChanges, version: StateVersion): Trie {
    const before = this.#known(MAIN_TRIE, () => this.child(name)) ?? this.#empty();
    return this.#known(name, () => before.update(inBytes(changes), version));
  }

  /** Nodes look at the root of a trie that is not there yet before they change it. */
  #empty(): Trie {
    return this.recorder ? EMPTY_TRIE.walked({ visits: this.recorder }) : EMPTY_TRIE;
  }

  #open(name: TrieName): Trie | null {
    const root = this.main.get(fromHex(childRootKey(name)));
    if (root === null) return null;
    const made = this.#made.get(name);
    const child =
      made && equalBytes(made.root, root) ? made : openTrie(root, this.nodes ?? NO_NODES, this.version);
    return this.recorder ? child.walked({ visits: this.recorder }) : child;
  }
}

function rootUnlessEmpty({ root }: Trie): Uint8Array | null {
  return equalBytes(root, EMPTY_TRIE.root) ? null : root;
}

const NO_NODES = { node: () => undefined, value: () => undefined };

function ifKnown<T>(ask: () => T): T | typeof UNKNOWN {
  try {
    return ask();
  } catch (error) {
    if (error instanceof MissingTrieNode) return UNKNOWN;
    throw error;
  }
}

/** What it takes to reach every changed key. */
function requestsOf(changes: Changes): StorageRequest[] {
  return [...changes].flatMap(([trie, keys]) => {
    const own = [...keys.keys()].map((key): StorageRequest => ({ kind: 'read', trie, key }));
    return trie === MAIN_TRIE ? own : [{ kind: 'read', trie: MAIN_TRIE, key: childRootKey(trie) }, ...own];
  });
}

function inBytes(changes: TrieChanges): (readonly [Uint8Array, Uint8Array | null])[] {
  return [...changes].map(([key, value]) => [fromHex(key), value] as const);
}
