import { messageOf, RescueError } from '../../domain/errors.ts';
import { readAtMost } from './read-file.ts';

/** More than nodes take of a runtime, compressed or not (50 MiB), so that it can still be said what is wrong with a larger one. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A runtime blob that a flag names. @throws RESCUE_CODE_INVALID when the file cannot be read, or is larger than any runtime */
export async function readCodeFile(path: string): Promise<Uint8Array> {
  try {
    return await readAtMost(path, MOST_BYTES);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CODE_INVALID',
      `the code file ${path} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
