import type { SnapshotStore } from '../domain/ports.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Database } from './database.ts';
/** Machine snapshots and the event log. Event ids are consecutive: the counter is in the same batch as the events. */
export declare function createSnapshotStore(database: Database, now: () => EpochMs): SnapshotStore;
