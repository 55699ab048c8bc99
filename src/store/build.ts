import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Level } from 'level';
import { coded, RescueError } from '../domain/errors.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { ACTS_FILE, syncFolder } from './acts-file.ts';
import { Database } from './database.ts';
import type { Key } from './keys.ts';
import type { RawLevel } from './level.ts';

/** What a database is made of, in any order. */
export type Part =
  | { readonly kind: 'acts'; readonly bytes: Uint8Array }
  | { readonly kind: 'record'; readonly key: Key; readonly value: Uint8Array };

/** Records go into a new database in batches of about so many bytes. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Makes a database in a folder that is new or empty: beside it, under a name that nobody else has, until all of it is on
 * stable storage and was held against its file of acts. `partsIn` is given a folder for files that it needs meanwhile.
 * Only what was made here is taken away again; what a process left that was killed stays where it is.
 * @returns what the new database says of itself
 * @throws RESCUE_REQUEST_INVALID when something is there already, RESCUE_STORE_FAILED, what `partsIn` throws
 */
export async function buildDatabase(
  path: string,
  partsIn: (aside: string) => AsyncIterable<Part>,
): Promise<readonly StoreFinding[]> {
  await requireFree(path);
  const place = resolve(path);
  await mkdir(dirname(place), { recursive: true });
  const aside = await mkdtemp(`${place}.building-`);
  try {
    const building = join(aside, 'database');
    await mkdir(building, { mode: 0o700 });
    await fill(building, partsIn(aside));
    const database = await Database.open(building, { shownAs: path });
    const { findings } = database;
    await database.close();
    await syncFolder(building);
    await rename(building, place);
    await syncFolder(dirname(place));
    return findings;
  } catch (error) {
    throw coded(error, 'RESCUE_STORE_FAILED', `no database can be made in ${path}`);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** @throws RESCUE_REQUEST_INVALID unless there is nothing, or an empty folder */
export async function requireFree(path: string): Promise<void> {
  if (!(await exists(path))) return;
  const files = await readdir(path).catch(() => ['?']);
  if (files.length > 0) throw occupied(path);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export function occupied(path: string): RescueError {
  return new RescueError(
    'RESCUE_REQUEST_INVALID',
    `${path} is there already and is left as it is: name another place, or move it away first`,
  );
}

async function fill(folder: string, parts: AsyncIterable<Part>): Promise<void> {
  const level: RawLevel = new Level(folder, { keyEncoding: 'view', valueEncoding: 'view' });
  await level.open();
  const acts = await open(join(folder, ACTS_FILE), 'w', 0o600);
  try {
    let batch: { type: 'put'; key: Key; value: Uint8Array }[] = [];
    let size = 0;
    const flush = async () => {
      await level.batch(batch, { sync: true });
      batch = [];
      size = 0;
    };
    for await (const part of parts) {
      if (part.kind === 'acts') await acts.appendFile(part.bytes);
      else {
        batch.push({ type: 'put', key: part.key, value: part.value });
        size += part.key.length + part.value.length;
        if (size >= BATCH_BYTES) await flush();
      }
    }
    await flush();
    await acts.sync();
  } finally {
    await acts.close();
    await level.close();
  }
}
