import type { CensusRecord, CensusStore } from '../domain/census.ts';
import { RescueError } from '../domain/errors.ts';
import type { ParaHeadRef } from '../domain/observation.ts';
import type { ParaReader } from '../domain/ports.ts';
import { type ParaId } from '../domain/units.ts';
/** One node of the para, or several behind one door. */
export type CensusSource = Pick<ParaReader, 'keysPaged' | 'readProof'>;
export interface CensusOptions {
    readonly paraId: ParaId;
    /** Head of the anchor: its state root is proven, and trusted. */
    readonly head: ParaHeadRef;
    /** `censusPrefixes` of the policy. */
    readonly prefixes: readonly Uint8Array[];
    /** Tried in turn: the one that failed or lied is left for the next. */
    readonly sources: readonly CensusSource[];
    readonly store: CensusStore;
    readonly signal: AbortSignal;
    /** Told after each page is on disk. */
    readonly onProgress?: (record: CensusRecord) => void;
    /** Told of each answer that was not used. */
    readonly onTrouble?: (trouble: RescueError) => void;
    /** Keys asked for at once; nodes give at most 1000. */
    readonly pageSize?: number;
}
/**
 * Archives all keys below the prefixes at the anchor, each with its proof, until none is missing:
 * 1. ask for the next page of keys, then for one proof of them all;
 * 2. walk the trie from where the last page ended to the end of this one: every key there must be in the proof;
 * 3. write nodes and progress in one batch.
 *
 * The next page is on its way while the last one is checked and written; memory holds two pages, whatever the size of
 * the state. Goes on where an earlier run ended, and does nothing when that one was complete.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED, RESCUE_NODE_CONTRADICTS when every source fails at one page:
 * call it again later. The reason of `signal` when that aborts.
 */
export declare function archiveCensus(options: CensusOptions): Promise<CensusRecord>;
/**
 * Share of the census that is done, in percent: keys begin with a hash, so how far the last one is in the range of all
 * hashes tells it. For people only.
 */
export declare function censusShare({ maps }: Pick<CensusRecord, 'maps'>): number;
