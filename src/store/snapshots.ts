import type { NewServiceEvent, ServiceEvent } from '../domain/events.ts';
import type { SavedSnapshot, SnapshotStore } from '../domain/ports/snapshots.ts';
import { serviceEvent } from '../domain/records/event.ts';
import { savedSnapshot } from '../domain/records/snapshot.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import type { Database } from './database.ts';
import { countedUpTo, highestEventId } from './event-numbers.ts';
import { eventKey, eventsAfter, snapshotKey } from './keys.ts';
import type { Write } from './level.ts';
import { noteOfSnapshot } from './notes.ts';

/** Machine snapshots and the event log. Event ids are consecutive: the counter is in the same batch as the events. */
export function createSnapshotStore(database: Database, now: () => EpochMs): SnapshotStore {
  /** Null before the first event of this process, and after a write of which nobody knows how it ended. */
  let highest: number | null = null;

  function write(
    events: readonly NewServiceEvent[],
    others: readonly Write[],
  ): Promise<readonly ServiceEvent[]> {
    return database.exclusively(async () => {
      if (events.length === 0) {
        if (others.length > 0) await database.write(others);
        return [];
      }
      const last = highest ?? (await highestEventId(database));
      highest = null;
      const at = now();
      const numbered = events.map((event, index) => ({ id: last + 1 + index, at, ...event }));
      await database.write([
        ...others,
        ...numbered.map((event) => ({ key: eventKey(event.id), value: event })),
        countedUpTo(last + numbered.length),
      ]);
      highest = last + numbered.length;
      return numbered;
    });
  }

  return {
    load: (paraId: ParaId) => database.read(snapshotKey(paraId), savedSnapshot),
    save: (paraId: ParaId, saved: SavedSnapshot, events) =>
      write(events, [{ key: snapshotKey(paraId), value: saved, ...noteOfSnapshot(saved) }]),
    append: (events) => write(events, []),
    lastEventId: async () => highest ?? highestEventId(database),
    eventsAfter: (after, limit) => database.readRange(eventsAfter(after), serviceEvent, limit),
  };
}
