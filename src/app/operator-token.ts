import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { messageOf, RescueError } from '../domain/errors.ts';

/** A token as this service writes it. */
const TOKEN = /^[0-9a-f]{64}\n?$/;

/** Where the configuration has the operator's token: in the database's folder unless it says otherwise. */
export function operatorTokenFile({ database, http }: Pick<Config, 'database' | 'http'>): string {
  return http.operatorTokenFile ?? join(database, OPERATOR_TOKEN);
}

/** Name of the file in the database's folder. */
export const OPERATOR_TOKEN = 'operator-token';

/**
 * The operator's token: of the file if there is one, else a new one that is written to it for the account of this process
 * only.
 * @throws RESCUE_CONFIG_INVALID when the file is open to others, or can be neither read nor written, or holds no token
 */
export async function loadOperatorToken(file: string): Promise<string> {
  try {
    return await readToken(file);
  } catch (error) {
    if (!isMissing(error)) throw asConfigError(file, error);
  }
  try {
    await writeToken(file);
    return await readToken(file);
  } catch (error) {
    throw asConfigError(file, error);
  }
}

/**
 * To be called before the database is opened, which closes all files of its folder to others: what they may have read is no secret any more.
 * @throws RESCUE_CONFIG_INVALID when there is a token that is open to others, or cannot be read
 */
export async function requireSecretToken(file: string): Promise<void> {
  try {
    await readToken(file);
  } catch (error) {
    if (!isMissing(error)) throw asConfigError(file, error);
  }
}

/** Reads a token. @throws the file system's errors, and RESCUE_CONFIG_INVALID */
export async function readToken(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { mode, size } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw invalid(
        `the operator's token ${file} is open to other accounts of this machine: remove the file, so that a new one is made, or chmod 600 it`,
      );
    }
    const text = size > 1024 ? '' : await handle.readFile('utf8');
    if (!TOKEN.test(text))
      throw invalid(`${file} holds no operator's token: remove it, and a new one is made`);
    return text.trim();
  } finally {
    await handle.close();
  }
}

/** Whole or not at all: a file that a crash cut off would lock the operator out. */
async function writeToken(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function asConfigError(file: string, error: unknown): RescueError {
  if (error instanceof RescueError) return error;
  return invalid(`the operator's token ${file} can be neither read nor made: ${messageOf(error)}`, error);
}

function invalid(sentence: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_CONFIG_INVALID', sentence, { cause });
}
