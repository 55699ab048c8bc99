import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the page, as it is and compressed beforehand. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly hashed: boolean;
  /** By content encoding. */
  readonly bodies: Readonly<Partial<Record<'br' | 'gzip' | 'identity', Buffer>>>;
}

/** Files by their paths, such as `/` and `/assets/main-1a2b3c4d.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** The page, and to whom it is given. */
export interface Page {
  /** Null when the service was not built with it. */
  readonly files: PageFiles | null;
  /** False: only under names of this machine. */
  readonly public: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the built page into memory: it is small, and what is asked for is looked up by name only. Null when it is not built. */
export async function readPage(folder: string): Promise<PageFiles | null> {
  const names = await readdir(folder, { recursive: true }).catch(() => null);
  if (names === null || !names.includes('index.html')) return null;
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const identity = await readFile(join(folder, name));
    const packed = async (ending: string) =>
      names.includes(`${name}${ending}`) ? await readFile(join(folder, `${name}${ending}`)) : undefined;
    const [br, gzip] = [await packed('.br'), await packed('.gz')];
    files.set(name === 'index.html' ? '/' : `/${name.split(sep).join('/')}`, {
      type,
      etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
      hashed: name.startsWith(`assets${sep}`),
      bodies: { identity, ...(br && { br }), ...(gzip && { gzip }) },
    });
  }
  return files;
}
