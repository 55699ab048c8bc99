import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { coded, messageOf, RescueError } from '../domain/errors.ts';
import type { EpochMs } from '../domain/units.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { syncFolder } from './acts-file.ts';
import { type BackupHeader, decodeBackup, encodeBackup } from './backup-format.ts';
import { buildDatabase, exists, occupied, type Part, requireFree } from './build.ts';
import type { Database } from './database.ts';
import { FORMAT_VERSION } from './migrations.ts';

/** What a backup holds. */
export interface BackupSummary extends BackupHeader {
  readonly records: number;
  readonly bytes: number;
}

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
  // Only a new file, under a name that nobody guesses: in a folder of many, another account could have put a link there.
  const part = `${path}.part-${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      return await writeWhole(file, chunks, part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  } catch (error) {
    throw coded(error, 'RESCUE_STORE_FAILED', `the backup cannot be written to ${path}`);
  }
}

async function writeWhole(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  part: string,
  path: string,
): Promise<BackupSummary> {
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
  await requireFree(path);
  const summary = await readBackup(source);
  if (summary.format > FORMAT_VERSION) {
    throw new RescueError(
      'RESCUE_BACKUP_INVALID',
      `${source} is of database format ${summary.format}, this version reads formats up to ${FORMAT_VERSION}: run a newer pararescue.`,
    );
  }
  const findings = await buildDatabase(path, () => contentOf(source));
  return { ...summary, findings };
}

async function* contentOf(source: string): AsyncGenerator<Part> {
  for await (const part of partsOf(source)) {
    if (part.kind === 'acts' || part.kind === 'record') yield part;
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
