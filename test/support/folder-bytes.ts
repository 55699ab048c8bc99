import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file of a folder: its size, mode, time of the last change and a hash of its bytes. */
export async function bytesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of (await readdir(folder, { withFileTypes: true, recursive: true })).sort()) {
    const path = join(entry.parentPath, entry.name);
    const { size, mode, mtimeMs } = await stat(path);
    const bytes = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : '';
    files[path] = `${size} ${mode.toString(8)} ${mtimeMs} ${bytes}`;
  }
  return files;
}
