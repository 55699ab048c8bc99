import type { CensusRecord } from '../round/census.ts';
import type { Hex, ParaId } from '../units.ts';

export interface ArchivedNode {
  /** blake2-256 of `bytes`. */
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Where a census is kept: each distinct node once, shared by all anchors and by the proofs of votes. */
export interface CensusStore {
  load(paraId: ParaId, anchor: Hex): Promise<CensusRecord | null>;
  /** Writes nodes and progress in one synced batch: after a crash either both are there or neither. */
  save(paraId: ParaId, anchor: Hex, record: CensusRecord, nodes: readonly ArchivedNode[]): Promise<void>;
  /** Keeps nodes that belong to no census, such as those that a trial read; whoever calls has hashed them. */
  keep(nodes: readonly ArchivedNode[]): Promise<void>;
  /** A node or hashed value by its hash, checked against it; null when none is stored. */
  node(hash: Uint8Array): Promise<Uint8Array | null>;
}
