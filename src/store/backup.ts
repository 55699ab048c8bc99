import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Level } from 'level';
import { coded, messageOf, RescueError } from '../domain/errors.ts';
import type { EpochMs } from '../domain/units.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { ACTS_FILE, syncFolder } from './acts-file.ts';
import { type BackupHeader, decodeBackup, encodeBackup } from './backup-format.ts';
import { Database } from './database.ts';
import type { Key } from './keys.ts';
import type { RawLevel } from './level.ts';
import { FORMAT_VERSION } from './migrations.ts';

/** What a backup holds. */
export interface BackupSummary extends BackupHeader {
  readonly records: number;
  readonly bytes: number;
}

/** Records go into a restored database in batches of about so many bytes. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * The whole database at one moment as the bytes of a backup, while others go on writing. It is over when the last byte
 * was taken, or the reader returns.
 */
export async function* backupOf(database: Database, now: () => EpochMs): AsyncGenerator<Uint8Array> {
  const view = await database.freeze();
  try {
    const header = { format: FORMAT_VERSION, createdAt: now() };
    yield* encodeBackup(header, view.acts, database.records(view));
  } finally {
    await view.snapshot.close();
  }
}

/**
 * Writes a backup into a new file for its owner only: under another name until it is whole, on stable storage and read
 * again.
 * @throws RESCUE_REQUEST_INVALID when there is something already, RESCUE_BACKUP_INVALID, RESCUE_STORE_FAILED
 */
export async function writeBackup(chunks: AsyncIterable<Uint8Array>, path: string): Promise<BackupSummary> {
  if (await exists(path)) throw occupied(path);
  const part = `${path}.part`;
  try {
    await rm(part, { force: true });
    // Only a new file: in a folder of many, another account could have put a link there that leads elsewhere.
    const file = await open(part, 'wx', 0o600);
    try {
      await file.chmod(0o600);
      await writeFile(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    const summary = await readBackup(part);
    await rename(part, path);
    await syncFolder(dirname(resolve(path)));
    return summary;
  } catch (error) {
    await rm(part, { force: true });
    throw coded(error, 'RESCUE_STORE_FAILED', `the backup cannot be written to ${path}`);
  }
}

/** Reads a backup from the first byte to the last. @throws RESCUE_BACKUP_INVALID, RESCUE_NOT_FOUND */
export async function readBackup(path: string): Promise<BackupSummary> {
  let header: BackupHeader | null = null;
  for await (const part of partsOf(path)) {
    if (part.kind === 'header') header = part.header;
    if (part.kind === 'end' && header !== null) {
      const { size } = await stat(path);
      return { ...header, records: part.records, bytes: size };
    }
  }
  throw new RescueError('RESCUE_BACKUP_INVALID', `${path} has no end.`);
}

/**
 * Makes a database of a backup in a folder that is new or empty. Nothing is there before all of it is.
 * @returns what the new database says of itself
 * @throws RESCUE_REQUEST_INVALID when something is there already, RESCUE_BACKUP_INVALID, RESCUE_STORE_FAILED
 */
export async function restoreBackup(
  source: string,
  path: string,
): Promise<BackupSummary & { readonly findings: readonly StoreFinding[] }> {
  if ((await exists(path)) && (await filesIn(path)).length > 0) throw occupied(path);
  const summary = await readBackup(source);
  if (summary.format > FORMAT_VERSION) {
    throw new RescueError(
      'RESCUE_BACKUP_INVALID',
      `${source} is of database format ${summary.format}, this version reads formats up to ${FORMAT_VERSION}: run a newer pararescue.`,
    );
  }
  const building = `${resolve(path)}.restoring`;
  await rm(building, { recursive: true, force: true });
  try {
    await mkdir(building, { recursive: true, mode: 0o700 });
    await fill(building, source);
    const database = await Database.open(building);
    const { findings } = database;
    await database.close();
    await syncFolder(building);
    await rename(building, path);
    await syncFolder(dirname(resolve(path)));
    return { ...summary, findings };
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw coded(error, 'RESCUE_STORE_FAILED', `the backup cannot be restored into ${path}`);
  }
}

async function fill(folder: string, source: string): Promise<void> {
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
    for await (const part of partsOf(source)) {
      if (part.kind === 'acts') await acts.appendFile(part.bytes);
      if (part.kind === 'record') {
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

async function* partsOf(path: string) {
  try {
    yield* decodeBackup(createReadStream(path));
  } catch (error) {
    if (error instanceof RescueError) throw error;
    throw new RescueError('RESCUE_BACKUP_INVALID', `The backup ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function filesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => ['?']);
}

function occupied(path: string): RescueError {
  return new RescueError(
    'RESCUE_REQUEST_INVALID',
    `${path} is there already and is left as it is: name another place, or move it away first`,
  );
}
