import { Level } from 'level';
import { openFailure } from './failures.ts';
import { prepareFolder, requireCurrent } from './folder.ts';
import type { RawLevel } from './level.ts';
import { requireAlone } from './lock.ts';
import { type DamagedTable, mendTables } from './tables/mend-tables.ts';

/**
 * LevelDB on a folder that is made when it is not there. What is damaged in its tables is left out before it can be read.
 * `path` is what errors call it.
 * @throws RESCUE_STORE_BUSY, RESCUE_STORE_CORRUPT, RESCUE_STORE_FAILED
 */
export async function openLevel(
  folder: string,
  path: string,
): Promise<{ readonly level: RawLevel; readonly tables: readonly DamagedTable[] }> {
  try {
    await prepareFolder(folder);
    await requireCurrent(folder, path);
    await requireAlone(folder);
    const tables = await mendTables(folder, () => requireAlone(folder));
    // Made only now: it opens by itself at the next tick.
    const level: RawLevel = new Level(folder, { keyEncoding: 'view', valueEncoding: 'view' });
    await level.open();
    return { level, tables };
  } catch (error) {
    throw openFailure(path, error);
  }
}
