import { constants, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coded } from '../domain/errors.ts';
import { holdLock } from './lock.ts';
import { openStore, type Store } from './open.ts';

/**
 * Opens a copy of a database that nobody owns, in the folder for temporary files, and takes the copy away afterwards. The
 * database stays as it is to the last byte: opening it would bring it up to this version, mend tables, and end its log.
 * @throws RESCUE_STORE_BUSY when somebody owns it, RESCUE_STORE_FAILED, and what `openStore` throws
 */
export async function lookAt<T>(path: string, use: (store: Store) => Promise<T>): Promise<T> {
  const aside = await mkdtemp(join(tmpdir(), 'pararescue-look-'));
  try {
    const copy = join(aside, 'database');
    const release = await holdLock(path);
    try {
      await copyDatabase(path, copy);
    } catch (error) {
      throw coded(
        error,
        'RESCUE_STORE_FAILED',
        `the database ${path} cannot be copied into ${aside} to look at it; TMPDIR can name a folder with more room`,
      );
    } finally {
      await release();
    }
    const store = await openStore(copy, { shownAs: path });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** All files of a database that nobody writes, into a new folder for their owner only. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'LOCK') continue;
    await copyFile(join(from, entry.name), join(to, entry.name), constants.COPYFILE_FICLONE);
  }
}
