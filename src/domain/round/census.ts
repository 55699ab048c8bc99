import type { Hex } from '../units.ts';

/** How far the archive of one storage map has come. */
export interface CensusMap {
  /** Storage prefix of the map: every key below it is archived. */
  readonly prefix: Hex;
  /** Last key that is archived, null before the first; the archive has no gap up to it. */
  readonly after: Hex | null;
  readonly keys: number;
  readonly done: boolean;
}

/**
 * The archive of an anchor's accounts: every key of the policy's storage maps with its proof, so that voting goes on
 * when all nodes of the para have died.
 */
export interface CensusRecord {
  readonly stateRoot: Hex;
  readonly maps: readonly CensusMap[];
  /** Trie nodes and hashed values written, and their bytes. */
  readonly nodes: number;
  readonly bytes: number;
  /** True when every key of every map is there: the trie itself proves that none is missing. */
  readonly complete: boolean;
}
