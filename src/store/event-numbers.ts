import { RescueError } from '../domain/errors.ts';
import type { Database } from './database.ts';
import { allOf, COUNTERS_KEY, eventIdOf, kindOf } from './keys.ts';
import type { Write } from './level.ts';
import { eventOfNote, noteOfEvent } from './notes.ts';
import { countersRecord } from './records.ts';

/**
 * The highest number that an event has had: no number comes twice, for whoever follows events goes on after the last one that he
 * saw. A counter that is not as it was acknowledged tells nothing; the events that are there do, and so does the file of acts.
 */
export async function highestEventId(database: Database): Promise<number> {
  const mismatch = database.mismatches.find(({ key }) => kindOf(key) === 'counters');
  const isTrusted = mismatch === undefined || mismatch.problem === 'unproven';
  const stored = await database.lastKey(allOf('event'));
  return Math.max(
    isTrusted ? await counted(database) : 0,
    eventOfNote(mismatch?.act?.note) ?? 0,
    stored === null ? 0 : eventIdOf(stored),
  );
}

/** The counter after an event. */
export function countedUpTo(id: number): Write {
  return { key: COUNTERS_KEY, value: { lastEvent: id }, ...noteOfEvent(id) };
}

async function counted(database: Database): Promise<number> {
  try {
    return (await database.read(COUNTERS_KEY, countersRecord))?.lastEvent ?? 0;
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_STORE_CORRUPT') return 0;
    throw error;
  }
}
