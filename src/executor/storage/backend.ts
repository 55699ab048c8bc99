import { encodeText } from '../../bytes/bytes.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import type { StateVersion } from '../../proof/index.ts';
import type { Visits } from '../../proof/visits.ts';

/** The main trie is '', a child trie its storage key in hex, without `0x` and without `:child_storage:default:`. */
export type TrieName = string;
export const MAIN_TRIE: TrieName = '';

const CHILD_PREFIX = toHex(encodeText(':child_storage:default:'));

/** Key of the main trie that holds the root of a child trie. */
export function childRootKey(trie: TrieName): Hex {
  return `${CHILD_PREFIX}${trie}`;
}

/** What a block changes in one trie: new value, or null for a removed key. */
export type TrieChanges = ReadonlyMap<Hex, Uint8Array | null>;
export type Changes = ReadonlyMap<TrieName, TrieChanges>;

/** What a backend does not know: a value, or the least key above `key`. */
export interface StorageRequest {
  readonly kind: 'read' | 'next';
  readonly trie: TrieName;
  readonly key: Hex;
  /** A proof of this key brings a step towards it, also where the storage below that was fetched differs from what misses it. */
  readonly through?: ProofKey;
  /** The `origin` of the storage that misses it: a task may read several. */
  readonly of?: object;
}

/** A key of one trie whose read proof is to be asked for. */
export interface ProofKey {
  readonly trie: TrieName;
  readonly key: Hex;
}

/** "Ask me again when I know more": never to be taken for absence. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/**
 * The storage below a runtime call. It answers at once and always the same, or says that it does not know: then the call
 * ends with what it asked for, and can be run again once the backend has it.
 */
export interface Backend {
  /** Null when it is certain that the trie has no such key. */
  read(trie: TrieName, key: Hex): Uint8Array | null | typeof UNKNOWN;
  /**
   * The least key above `key`, in the order of bytes; null when it is certain that there is none. With `prefix` it may answer
   * null as well for one that does not begin with it, and need not know which.
   */
  next(trie: TrieName, key: Hex, prefix?: Hex): Hex | null | typeof UNKNOWN;
  /** Whether the key is there, for which its value need not be known. */
  has?(trie: TrieName, key: Hex): boolean | typeof UNKNOWN;
  /** The key whose proof brings the answer, or a step towards it; null when the answer is known. */
  wanted?(request: StorageRequest): ProofKey | null;
  /** The same for a storage that is known in parts and for all that was built on it, and for nothing else. */
  readonly origin?: object | null;
  /** What of this storage was visited so far, where that is recorded. */
  readonly recorder?: Visits | undefined;
}

/** A backend that knows its root with any changes: what a runtime asks for that builds a block. */
export interface Rooted<Self> extends Backend {
  /** Of the main trie, which holds the roots of the child tries. */
  readonly root: Uint8Array;
  /**
   * The storage after these changes, which are kept by reference; this one stays what it is. Values that are set follow the
   * state version of the runtime that sets them; without one, that of the values before.
   * @throws MissingStorage when it takes parts of the tries that are not known
   */
  with(changes: Changes, version?: StateVersion): Self & Rooted<Self>;
  /** What the root of this child trie would be after these changes, as `with`; null when it would be empty. */
  childRoot(trie: TrieName, changes: TrieChanges, version?: StateVersion): Uint8Array | null;
  /** The same storage; what is read of it is recorded, and what it takes to change it. What it becomes with changes records nothing. */
  recording?(recorder: Visits): Self & Rooted<Self>;
}

export function isRooted<B extends Backend>(backend: B): backend is B & Rooted<B> {
  return 'with' in backend;
}

/** A storage without any key. */
export const EMPTY_BACKEND: Backend = { read: () => null, next: () => null };

/** Ends a call, through the runtime's own frames, whose backend does not know what it needs. */
export class MissingStorage extends Error {
  override readonly name = 'MissingStorage';
  readonly request: StorageRequest;
  /** What else will be missed by the same work. */
  readonly ahead: () => readonly StorageRequest[];

  constructor(request: StorageRequest, ahead: () => readonly StorageRequest[] = () => []) {
    super(
      `the storage does not know ${request.kind === 'read' ? 'the value at' : 'the key after'} ${request.key}`,
    );
    this.request = request;
    this.ahead = ahead;
  }
}
