import { constants } from 'node:fs';
import { access, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { openFailure } from './failures.ts';

/** Databases that this process has open, by their real paths: a lock of the file system keeps out other processes only. */
const own = new Set<string>();

/** Says that this process owns the database, until what is returned is called. */
export async function noteOwned(path: string): Promise<() => void> {
  const place = await realpath(path);
  own.add(place);
  return () => void own.delete(place);
}

/**
 * Keeps every process from opening the database, and changes no byte of its folder: LevelDB takes its lock through a link
 * from an empty folder elsewhere.
 * @returns what gives the lock back
 * @throws RESCUE_STORE_BUSY when somebody owns the database
 */
export async function holdLock(path: string): Promise<() => Promise<void>> {
  const place = await realpath(path);
  if (own.has(place)) throw openFailure(path, Object.assign(new Error('in use'), { code: 'LEVEL_LOCKED' }));
  // Whoever ever opened the database left the file. Where nothing can be written nobody owns it, and no lock can be had.
  if (!(await readdir(place)).includes('LOCK') || (await isReadOnly(place))) return async () => undefined;
  const aside = await mkdtemp(join(tmpdir(), 'pararescue-lock-'));
  const level = new Level(aside);
  const release = async () => {
    await level.close();
    await rm(aside, { recursive: true, force: true });
  };
  try {
    await symlink(join(place, 'LOCK'), join(aside, 'LOCK'));
    await level.open();
    return release;
  } catch (error) {
    await release();
    throw openFailure(path, error);
  }
}

/** Whether the folder lies on a disk that takes no writes, as one that failed is often mounted. */
async function isReadOnly(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}

/**
 * LevelDB takes its lock before it looks whether it may open what is there.
 * @throws RESCUE_STORE_BUSY when another process owns the database
 */
export async function requireAlone(path: string): Promise<void> {
  const probe = new Level(path, { createIfMissing: false, errorIfExists: true });
  const error: unknown = await probe.open().catch((cause: unknown) => cause);
  const failure = openFailure(path, error);
  if (failure.code === 'RESCUE_STORE_BUSY') throw failure;
}
