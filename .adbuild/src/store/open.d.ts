import type { CensusStore } from '../domain/census.ts';
import type { Journal, Ledger, SnapshotStore } from '../domain/ports.ts';
import type { EpochMs } from '../domain/units.ts';
/** The database of one service. Exactly one process owns it; every write is on stable storage when it resolves. */
export interface Store {
    readonly snapshots: SnapshotStore;
    readonly journal: Journal;
    readonly ledger: Ledger;
    readonly census: CensusStore;
    close(): Promise<void>;
}
/**
 * Opens the database in the folder `path`, making it when it does not exist.
 * @throws RESCUE_STORE_BUSY when another process owns it
 * @throws RESCUE_STORE_CORRUPT when it is damaged, of another format, or not a database of pararescue
 */
export declare function openStore(path: string, options?: {
    readonly now?: () => EpochMs;
}): Promise<Store>;
