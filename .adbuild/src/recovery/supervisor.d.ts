import type { RelayObservation } from '../domain/observation.ts';
import type { Journal, Ledger, RelayReader, RelaySubmitter, ServiceEvent, SnapshotStore } from '../domain/ports.ts';
import type { ParaId } from '../domain/units.ts';
import { type BlockFeed } from './block-feed.ts';
import { type EventHub } from './event-hub.ts';
import { type ParaDesk, type WatchedPara } from './para-desk.ts';
export interface SupervisorOptions {
    readonly relay: RelayReader;
    readonly submitter: RelaySubmitter;
    readonly snapshots: SnapshotStore;
    readonly journal: Journal;
    readonly ledger: Ledger;
    readonly paras: readonly WatchedPara[];
    readonly now: () => number;
    readonly onEvent: (event: ServiceEvent) => void;
    /** The database does not take writes any more: the process must end, and can be started again. */
    readonly onFatal: (error: unknown) => void;
}
/** Starts, feeds, saves and restores the machines of all paras. */
export interface Supervisor {
    readonly desks: ReadonlyMap<ParaId, ParaDesk>;
    readonly hub: EventHub;
    readonly feed: BlockFeed;
    latest(): RelayObservation | null;
    /** Watches until `signal` aborts. */
    run(signal: AbortSignal): Promise<void>;
    stop(): Promise<void>;
}
export declare function startSupervisor(options: SupervisorOptions): Promise<Supervisor>;
