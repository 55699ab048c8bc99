import { open, rename, stat, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** Of commands that make a code or a chain spec. */
export interface OutFlags {
  readonly force?: true;
}

export function withForceOption(command: Command): Command {
  return command.option('--force', 'let --out replace a file that is there already and holds something else');
}

/**
 * Writes a file that people named, whole or not at all. What is there already and holds something else stays as it is, unless they say
 * so: it may be what nodes use, or the only copy of a code.
 * @throws RESCUE_REQUEST_INVALID when it is there, or cannot be written
 */
export async function writeOut(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  flags: OutFlags,
): Promise<void> {
  const parts = typeof content === 'string' ? [Buffer.from(content)] : [content].flat();
  try {
    const there = await kindOf(path);
    if (there === 'file' && !flags.force && !(await holds(path, parts))) throw taken(path);
    // Pipes and terminals cannot be replaced.
    if (there === 'other') return await writeFile(path, parts);
    const partial = `${path}.partial`;
    await writeFile(partial, parts);
    await rename(partial, path);
  } catch (cause) {
    if (cause instanceof RescueError) throw cause;
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
