import { RescueError } from '../domain/errors.ts';
import { FORMAT_2_TO_3 } from './migrations/format-2-to-3.ts';
import type { FormatMigration } from './migrations/migration.ts';

/**
 * In order, none missing: each is tested on databases that the format it starts from really left. They are of the time
 * before the file of acts: a later one has to write what it changes into that as well.
 */
const MIGRATIONS: readonly FormatMigration[] = [FORMAT_2_TO_3];

/** The first format that can be brought to the present one. */
export const OLDEST_FORMAT = 2;
/** Format of this version's records: the first with a file of acts. A change that old code would misread increments it. */
export const FORMAT_VERSION = OLDEST_FORMAT + MIGRATIONS.length + 1;

export function migrationFrom(format: number): FormatMigration {
  const found = MIGRATIONS[format - OLDEST_FORMAT];
  if (found) return found;
  throw new RescueError('RESCUE_INTERNAL', `There is no migration from database format ${format}.`);
}
