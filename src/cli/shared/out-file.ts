import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** Of commands that write files which people name. */
export interface OutFlags {
  readonly force?: boolean;
}

export function withForceOption(command: Command): Command {
  return command.option('--force', 'let --out replace a file that is there already and holds something else');
}

export interface OutFile {
  readonly path: string;
  readonly content: string | Uint8Array | readonly Uint8Array[];
}

/**
 * Writes a file that people named, whole or not at all. What is there already and holds something else stays as it is, unless they say
 * so: it may be what nodes use, or the only copy of a code.
 * @throws RESCUE_REQUEST_INVALID when it is there, or cannot be written
 */
export async function writeOut(path: string, content: OutFile['content'], flags: OutFlags): Promise<void> {
  await writeAllOut([{ path, content }], flags);
}

/** The folder that people named for files. @throws RESCUE_REQUEST_INVALID when it cannot be made, because a file has its name for example */
export async function makeFolder(path: string): Promise<void> {
  await telling(path, () => mkdir(path, { recursive: true }));
}

/** As `writeOut`; none is written where one of them stays. */
export async function writeAllOut(files: readonly OutFile[], { force }: OutFlags): Promise<void> {
  for (const { path, content } of files) if (!force && (await isTaken(path, content))) throw taken(path);
  for (const { path, content } of files) {
    await telling(path, async () => {
      // Pipes and terminals cannot be replaced.
      if ((await kindOf(path)) === 'other') return writeFile(path, partsOf(content));
      const partial = `${path}.partial`;
      await writeFile(partial, partsOf(content));
      await rename(partial, path);
    });
  }
}

/** As `writeOut`, for what is too long to be held: it is compared with what is there once it has come. */
export async function writeStreamOut(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { force }: OutFlags,
): Promise<void> {
  if ((await telling(path, () => kindOf(path))) === 'other') {
    return pipeline(Readable.from(chunks), createWriteStream(path));
  }
  const partial = `${path}.partial`;
  const handle = await telling(path, () => open(partial, 'w'));
  try {
    await pipeline(Readable.from(chunks), handle.createWriteStream());
    const isOther =
      !force && (await kindOf(path)) === 'file' && (await hashOf(path)) !== (await hashOf(partial));
    if (isOther) throw taken(path);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Whether a file of this name is there and holds something else. */
export function isTaken(path: string, content: OutFile['content']): Promise<boolean> {
  return telling(path, async () => (await kindOf(path)) === 'file' && !(await holds(path, partsOf(content))));
}

function partsOf(content: OutFile['content']): readonly Uint8Array[] {
  return typeof content === 'string' ? [Buffer.from(content)] : [content].flat();
}

async function telling<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `${path} cannot be written: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function kindOf(path: string): Promise<'file' | 'other' | null> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Part by part: chain specs can be larger than what should be held twice. */
async function holds(path: string, parts: readonly Uint8Array[]): Promise<boolean> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    let at = 0;
    for (const part of parts) {
      if (at + part.length > size) return false;
      const there = new Uint8Array(part.length);
      await handle.read(there, 0, part.length, at);
      if (Buffer.compare(there, part) !== 0) return false;
      at += part.length;
    }
    return at === size;
  } finally {
    await handle.close();
  }
}

function taken(path: string): RescueError {
  return new RescueError(
    'RESCUE_REQUEST_INVALID',
    `${path} is there already and stays as it is: name another file, or replace it with --force`,
  );
}
