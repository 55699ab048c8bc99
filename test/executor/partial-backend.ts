import type { Hex } from '../../src/bytes/hex.ts';
import {
  type Backend,
  type Changes,
  type Rooted,
  type StorageRequest,
  type TrieChanges,
  type TrieName,
  UNKNOWN,
} from '../../src/executor/storage/backend.ts';
import type { State } from '../../src/executor/storage/state.ts';
import type { StateVersion } from '../../src/proof/index.ts';

/** Knows of a whole state only what was fetched: as a node's client would, without the node. */
export class PartialBackend implements Rooted<State> {
  readonly requests: StorageRequest[] = [];
  readonly #whole: State;
  readonly #values = new Map<string, Uint8Array | null>();
  readonly #next = new Map<string, Hex | null>();

  constructor(whole: State) {
    this.#whole = whole;
  }

  get root(): Uint8Array {
    return this.#whole.root;
  }

  with(changes: Changes, version?: StateVersion): State {
    return this.#whole.with(changes, version);
  }

  childRoot(trie: TrieName, changes: TrieChanges, version?: StateVersion): Uint8Array | null {
    return this.#whole.childRoot(trie, changes, version);
  }

  read(trie: TrieName, key: Hex): Uint8Array | null | typeof UNKNOWN {
    return this.#values.get(`${trie} ${key}`) ?? (this.#values.has(`${trie} ${key}`) ? null : UNKNOWN);
  }

  next(trie: TrieName, key: Hex): Hex | null | typeof UNKNOWN {
    return this.#next.get(`${trie} ${key}`) ?? (this.#next.has(`${trie} ${key}`) ? null : UNKNOWN);
  }

  fetch(request: StorageRequest): void {
    const { kind, trie, key } = request;
    this.requests.push(request);
    if (kind === 'read') this.#values.set(`${trie} ${key}`, this.#whole.get(key, trie));
    else this.#next.set(`${trie} ${key}`, this.#whole.nextKey(key, trie));
  }
}

/** The same backend with a fetch wherever it does not know: nothing is unknown to who asks it. */
export function fetching(backend: PartialBackend): Backend {
  const ask = <T>(request: StorageRequest, answer: () => T | typeof UNKNOWN): T | typeof UNKNOWN => {
    if (answer() === UNKNOWN) backend.fetch(request);
    return answer();
  };
  return {
    read: (trie, key) => ask({ kind: 'read', trie, key }, () => backend.read(trie, key)),
    next: (trie, key) => ask({ kind: 'next', trie, key }, () => backend.next(trie, key)),
  };
}
