import type { ArchivedNode } from './census.ts';

/**
 * Trie nodes, large values and headers, each under its hash, so that a trial can be repeated without asking a node. It may forget
 * what was not used for long, and may be lost as a whole: then it is asked for again.
 */
export interface StateCache {
  /** Bytes with this blake2-256; null when none are kept, or when what is kept has another hash. */
  get(hash: Uint8Array): Promise<Uint8Array | null>;
  /** Keeps what whoever calls has hashed. */
  put(items: readonly ArchivedNode[]): Promise<void>;
  /** A small record under a name of the caller's; null when there is none. Nobody may believe it. */
  recall(name: string): Promise<Uint8Array | null>;
  remember(name: string, record: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
