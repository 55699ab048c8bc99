import type { Hex, ParaId } from './units.ts';
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
    /** A node or hashed value by its hash, checked against it; null when none is stored. */
    node(hash: Uint8Array): Promise<Uint8Array | null>;
}
