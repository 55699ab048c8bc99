import { RescueError } from '../domain/errors.ts';
import type { EpochMs } from '../domain/units.ts';
import { readActs } from './acts-file.ts';
import { beginActs } from './begin-acts.ts';
import { compareActs } from './compare-acts.ts';
import { ACTS_STATE_KEY, FORMAT_KEY } from './keys.ts';
import { encoded, operationOf, type RawLevel, type Write } from './level.ts';
import { FORMAT_VERSION, migrationFrom, OLDEST_FORMAT } from './migrations.ts';

/**
 * Brings a database up to this version's format; `found` is what its record says, null when there is none. Killed at any
 * moment, the next start does the rest.
 * @throws RESCUE_STORE_CORRUPT for another format, or a database of another program
 */
export async function bringUp(
  {
    folder,
    path,
    level,
    now,
  }: {
    readonly folder: string;
    /** What errors call it. */
    readonly path: string;
    readonly level: RawLevel;
    readonly now: () => EpochMs;
  },
  found: number | null,
): Promise<void> {
  if (found === FORMAT_VERSION) return;
  if (found !== null && (found < OLDEST_FORMAT || found > FORMAT_VERSION)) {
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `the database ${path} has format ${found}, this version reads formats ${OLDEST_FORMAT} to ${FORMAT_VERSION}: ` +
        (found > FORMAT_VERSION ? 'run a newer pararescue' : 'run the version that wrote it'),
      { details: { path, format: found } },
    );
  }
  const acts = await readActs(folder);
  const isEmpty = (await level.keys({ limit: 1 }).all()).length === 0;
  if (found === null && !isEmpty && acts.database === null) {
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `${path} is a LevelDB database but not one of pararescue: give an empty or new folder`,
      { details: { path } },
    );
  }
  for (let from = found ?? FORMAT_VERSION; from < FORMAT_VERSION - 1; from += 1) await migrate(level, from);
  // Where acts were written before, the record of the format went back or was lost, perhaps with others: the comparison
  // tells. A file in which nothing is that the database lacks is of a start that was cut off, and made anew.
  const isBegun = acts.end.length > 0 && (found === null ? acts.last > 0 : await lacksActs(level, acts));
  const state = isBegun ? null : await beginActs(folder, level, now());
  const writes: Write[] = [{ key: FORMAT_KEY, value: { format: FORMAT_VERSION } }];
  if (state) writes.push({ key: ACTS_STATE_KEY, value: state });
  await level.batch(writes.map(encoded).map(operationOf), { sync: true });
}

async function lacksActs(level: RawLevel, acts: Awaited<ReturnType<typeof readActs>>): Promise<boolean> {
  if (acts.damaged.length > 0) return true;
  return (await compareActs(level, acts.acts, { after: 0 })).length > 0;
}

/** One step, with the number of the format that it makes, in one batch: it is there in whole or not at all. */
async function migrate(level: RawLevel, from: number): Promise<void> {
  const changes = await migrationFrom(from).changes(async (range) => {
    const entries = await level.iterator(range).all();
    return entries.map(([key, value]) => ({ key: key.slice(), value: value.slice() }));
  });
  const format = operationOf(encoded({ key: FORMAT_KEY, value: { format: from + 1 } }));
  await level.batch([...changes, format], { sync: true });
}
