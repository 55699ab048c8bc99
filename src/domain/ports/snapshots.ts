import type { NewServiceEvent, ServiceEvent } from '../events.ts';
import type { EpochMs, ParaId } from '../units.ts';

export interface SavedSnapshot {
  readonly machine: string;
  readonly version: number;
  readonly savedAt: EpochMs;
  /** What XState's `getPersistedSnapshot` gave, JSON only. */
  readonly snapshot: unknown;
}

/** Machine snapshots and the event log; what belongs together is written in one synced batch. */
export interface SnapshotStore {
  load(paraId: ParaId): Promise<SavedSnapshot | null>;
  save(
    paraId: ParaId,
    saved: SavedSnapshot,
    events: readonly NewServiceEvent[],
  ): Promise<readonly ServiceEvent[]>;
  append(events: readonly NewServiceEvent[]): Promise<readonly ServiceEvent[]>;
  /** Id of the newest event; 0 before the first. */
  lastEventId(): Promise<number>;
  /** Events with an id greater than `after`, oldest first, at most `limit`. */
  eventsAfter(after: number, limit: number): Promise<readonly ServiceEvent[]>;
}
