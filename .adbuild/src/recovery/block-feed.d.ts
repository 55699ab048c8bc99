import type { ParaObservation } from '../domain/observation.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';
/** The observations of the watcher, for whoever waits for the chain to move: nothing polls on a timer. */
export interface BlockFeed {
    latest(paraId: ParaId): ParaObservation | null;
    publish(observation: ParaObservation): void;
    /** The first observation of a relay block later than `after`; the latest one if it is late enough. */
    next(paraId: ParaId, after: RelayBlock, signal: AbortSignal): Promise<ParaObservation>;
}
export declare function createBlockFeed(): BlockFeed;
