import type { ParaObservation } from './observation.ts';
import type { RelayBlock } from './units.ts';
/** Finality lag, in relay blocks, above which the relay itself counts as stalled and every clock pauses. */
export declare const RELAY_LAG_LIMIT: RelayBlock;
export interface StallReading {
    /**
     * Finalized relay number − `Paras.MostRecentContext`, in relay blocks. Null when the para never had a head
     * included, so that nothing can have stopped.
     */
    readonly age: RelayBlock | null;
    /** False while the relay does not finalize: then nothing is concluded about any para. */
    readonly relayLive: boolean;
    /** True when the age reached the gap on a live relay and the para is live and not known to be without a core. */
    readonly stalled: boolean;
}
/** Stall rule of chain-facts section 1: counted in finalized relay blocks, never in wall time. */
export declare function readStall(observation: Pick<ParaObservation, 'relay' | 'relayBest' | 'mostRecentContext' | 'lifecycle' | 'hasCore'>, gap: RelayBlock, lagLimit?: RelayBlock): StallReading;
/** Lifecycles in which a para can have blocks included; the Upgrading and Downgrading ones still can. */
export declare function isLiveLifecycle(lifecycle: string | null): boolean;
