import type { NewServiceEvent, ServiceEvent } from '../domain/events.ts';
import type { SavedSnapshot, SnapshotStore } from '../domain/ports/snapshots.ts';
import { serviceEvent } from '../domain/records/event.ts';
import { savedSnapshot } from '../domain/records/snapshot.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import type { Database } from './database.ts';
import { COUNTERS_KEY, eventKey, eventsAfter, snapshotKey } from './keys.ts';
import type { Write } from './level.ts';
import { noteOfSnapshot } from './notes.ts';
import { countersRecord } from './records.ts';

/** Machine snapshots and the event log. Event ids are consecutive: the counter is in the same batch as the events. */
export function createSnapshotStore(database: Database, now: () => EpochMs): SnapshotStore {
  function write(
    events: readonly NewServiceEvent[],
    others: readonly Write[],
  ): Promise<readonly ServiceEvent[]> {
    return database.exclusively(async () => {
      if (events.length === 0 && others.length === 0) return [];
      const counters = (await database.read(COUNTERS_KEY, countersRecord)) ?? { lastEvent: 0 };
      const at = now();
      const numbered = events.map((event, index) => ({ id: counters.lastEvent + 1 + index, at, ...event }));
      const writes: Write[] = [
        ...others,
        ...numbered.map((event) => ({ key: eventKey(event.id), value: event })),
      ];
      if (numbered.length > 0) {
        writes.push({ key: COUNTERS_KEY, value: { lastEvent: counters.lastEvent + numbered.length } });
      }
      await database.write(writes);
      return numbered;
    });
  }

  return {
    load: (paraId: ParaId) => database.read(snapshotKey(paraId), savedSnapshot),
    save: (paraId: ParaId, saved: SavedSnapshot, events) =>
      write(events, [{ key: snapshotKey(paraId), value: saved, ...noteOfSnapshot(saved) }]),
    append: (events) => write(events, []),
    eventsAfter: (after, limit) => database.readRange(eventsAfter(after), serviceEvent, limit),
  };
}
