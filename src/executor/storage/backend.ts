import type { Hex } from '../../bytes/hex.ts';

/** The main trie is '', a child trie its storage key in hex, without `0x` and without `:child_storage:default:`. */
export type TrieName = string;
export const MAIN_TRIE: TrieName = '';

/** What a block changes in one trie: new value, or null for a removed key. */
export type TrieChanges = ReadonlyMap<Hex, Uint8Array | null>;
export type Changes = ReadonlyMap<TrieName, TrieChanges>;

/** What a backend does not know: a value, or the least key above `key`. */
export interface StorageRequest {
  readonly kind: 'read' | 'next';
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
  /** The least key above `key`, in the order of bytes; null when it is certain that there is none. */
  next(trie: TrieName, key: Hex): Hex | null | typeof UNKNOWN;
}

/** A backend that knows its root with any changes: what a runtime asks for that builds a block. */
export interface Rooted<Self> extends Backend {
  /** Of the main trie, which holds the roots of the child tries. */
  readonly root: Uint8Array;
  /** The storage after these changes, which are kept by reference; this one stays what it is. */
  with(changes: Changes): Self & Rooted<Self>;
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

  constructor(request: StorageRequest) {
    super(
      `the storage does not know ${request.kind === 'read' ? 'the value at' : 'the key after'} ${request.key}`,
    );
    this.request = request;
  }
}
