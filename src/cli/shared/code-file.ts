import { readFile } from 'node:fs/promises';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** A runtime blob that a flag names. @throws RESCUE_CODE_INVALID when the file cannot be read */
export async function readCodeFile(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CODE_INVALID',
      `the code file ${path} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
