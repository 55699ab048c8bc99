import { copyFile, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtTable } from './table-file.ts';

/** A table file in which blocks are damaged. */
export interface DamagedTable {
  readonly name: string;
  /** Blocks whose checksum does not hold; null when its index is damaged, and with it everything. */
  readonly blocks: number | null;
  /** Where the file is kept as it was found; null when nothing of it could be left, and it was left alone. */
  readonly kept: string | null;
}

/**
 * Looks at the checksum of every block of every table, before LevelDB reads them: it does not look itself, gives out what
 * it finds, and ends the whole process when that is out of order. A table with damaged blocks is kept under another name,
 * and its place is taken by one without them; so what was in them is missing, and the rest is there. `requireAlone` throws
 * when another process owns the database: what it is just writing looks damaged.
 */
export async function mendTables(folder: string, requireAlone: () => Promise<void>): Promise<DamagedTable[]> {
  const damaged: DamagedTable[] = [];
  for (const name of (await readdir(folder)).filter((file) => /^\d+\.(?:ldb|sst)$/.test(file)).sort()) {
    const path = join(folder, name);
    const look = lookAtTable(await readFile(path));
    if (look.damaged === 0 && look.mended === null) continue;
    await requireAlone();
    const blocks = look.blocks === null ? null : look.damaged;
    if (look.mended === null) {
      damaged.push({ name, blocks, kept: null });
      continue;
    }
    const kept = `${name}.damaged`;
    await copyFile(path, join(folder, kept));
    const file = await open(`${path}.mended`, 'w', 0o600);
    try {
      await file.writeFile(look.mended);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.mended`, path);
    damaged.push({ name, blocks, kept });
  }
  return damaged;
}
