import { RescueError } from '../domain/errors.ts';
import type { Journal, JournalEntry } from '../domain/ports/journal.ts';
import { journalEntry } from '../domain/records/journal.ts';
import type { ParaId } from '../domain/units.ts';
import type { Database } from './database.ts';
import { journalKey, journalOf } from './keys.ts';

/** Irreversible steps, by para. */
export function createJournal(database: Database): Journal {
  return {
    get: (key) => database.read(journalKey(paraOf(key), key), journalEntry),
    put: (entry: JournalEntry) =>
      database.exclusively(() =>
        database.write([{ key: journalKey(paraOf(entry.key), entry.key), value: entry }]),
      ),
    list: (paraId) => database.readRange(journalOf(paraId), journalEntry),
  };
}

/** The para id that a journal key begins with. */
function paraOf(key: string): ParaId {
  const digits = /^(\d{1,10})\//.exec(key)?.[1];
  const paraId = Number(digits);
  if (digits === undefined || paraId > 0xffff_ffff) {
    throw new RescueError(
      'RESCUE_INTERNAL',
      `a journal key begins with "<para id>/", this one does not: ${key}`,
    );
  }
  return paraId;
}
