import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RescueError } from '../domain/errors.ts';
import { ACTS_FILE } from './acts-file.ts';
import { WAYS_OUT } from './failures.ts';

/** The folder holds signed extrinsics before they are sent: nobody but the service's own account has to look into it. */
const OWNER_ONLY = { folder: 0o700, file: 0o600 };

/** Makes the folder of a database, or closes the one that is there, with all that lies in it, to other accounts. */
export async function prepareFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY.folder });
  await keepTo(path, OWNER_ONLY.folder);
  await closeFiles(path);
}

/** Closes every file of the folder to other accounts, LevelDB's as well: it makes them as the process's umask says. */
export async function closeFiles(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile()) await keepTo(join(path, entry.name), OWNER_ONLY.file);
  }
}

/**
 * LevelDB takes a folder without its file CURRENT for a new database, and throws away what else lies in it.
 * @throws RESCUE_STORE_CORRUPT for such a folder, before that happens
 */
export async function requireCurrent(folder: string, shownAs: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes('CURRENT')) return;
  for (const name of names) {
    const holdsRecords = name === ACTS_FILE || /^\d+\.(?:ldb|sst|log)$/.test(name);
    if (!holdsRecords) continue;
    const { size } = await stat(join(folder, name));
    // A first start that was cut off leaves the head of a file of acts, and nothing else.
    if (size === 0 || (name === ACTS_FILE && size < 200)) continue;
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `the database ${shownAs} has lost its file CURRENT, while ${name} is still there: nothing was opened or changed; ${WAYS_OUT}`,
      { details: { path: shownAs } },
    );
  }
}

/** What belongs to somebody else is left as its owner wants it; what LevelDB took away meanwhile needs nothing. */
async function keepTo(path: string, mode: number): Promise<void> {
  try {
    const { mode: present } = await stat(path);
    if ((present & 0o777) !== mode) await chmod(path, mode);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ENOENT') throw error;
  }
}
