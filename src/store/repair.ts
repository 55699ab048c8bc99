import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { RescueError } from '../domain/errors.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { ACTS_FILE, parseActs, readActsFile } from './acts-file.ts';
import { buildDatabase, type Part } from './build.ts';
import type { RawLevel } from './level.ts';
import { holdLock } from './lock.ts';
import { copyDatabase } from './look.ts';
import { mendTables } from './tables/mend-tables.ts';

/** In Node.js it is classic-level, whose types `level` leaves out. */
type RepairingLevel = typeof Level & { repair(location: string): Promise<void> };

/**
 * Makes a new database, in a folder that is new or empty, of what can still be read of one that LevelDB cannot open any more
 * because its CURRENT, its MANIFEST or a table is damaged or gone. What is damaged stays as it is. The new one is held
 * against the file of acts like every database, so that nothing of it is lost, or comes back from the past, without being
 * named; without a file of acts there is no repair.
 * @returns what the new database lacks
 * @throws RESCUE_NOT_FOUND, RESCUE_STORE_BUSY, RESCUE_REQUEST_INVALID, RESCUE_STORE_INCOMPLETE, RESCUE_STORE_FAILED
 */
export async function repairDatabase(from: string, to: string): Promise<readonly StoreFinding[]> {
  const place = await realpath(from).catch(() => null);
  if (place === null || !(await readdir(place)).some(isOfLevel)) {
    throw new RescueError('RESCUE_NOT_FOUND', `there is no database in ${from}`);
  }
  if (parseActs(await readActsFile(place)).database === null) {
    throw new RescueError(
      'RESCUE_STORE_INCOMPLETE',
      `${ACTS_FILE} of ${from} is missing or cannot be read, so that nobody could tell what a repaired database lacks: restore a backup`,
      { details: { path: from } },
    );
  }
  const release = await holdLock(place);
  try {
    return await buildDatabase(to, (aside) => whatIsLeft(place, join(aside, 'found')));
  } finally {
    await release();
  }
}

async function* whatIsLeft(from: string, found: string): AsyncGenerator<Part> {
  await copyDatabase(from, found);
  yield { kind: 'acts', bytes: await readActsFile(found) };
  // LevelDB ends the whole process at tables that are out of order.
  await mendTables(found, async () => undefined);
  await (Level as RepairingLevel).repair(found);
  const level: RawLevel = new Level(found, { keyEncoding: 'view', valueEncoding: 'view' });
  await level.open();
  try {
    // Read in the order of their writing, by the iterator: a get of a repaired database may find an earlier value.
    for await (const [key, value] of level.iterator()) yield { kind: 'record', key, value };
  } finally {
    await level.close();
  }
}

function isOfLevel(name: string): boolean {
  return /^(?:CURRENT|MANIFEST-\d+|\d+\.(?:ldb|sst|log))$/.test(name);
}
