import { messageOf, RescueError } from '../../domain/errors.ts';
import { readAtMost } from './read-file.ts';

/** As much as a chain spec may have: those of chains with all their state of genesis have some ten megabytes. */
export const MOST_SPEC_BYTES = 256 * 1024 * 1024;

/** The bytes of a chain spec. @throws RESCUE_REQUEST_INVALID when the file cannot be read or is too large for one */
export async function readSpecFile(path: string): Promise<Uint8Array> {
  try {
    return await readAtMost(path, MOST_SPEC_BYTES);
  } catch (cause) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `The chain spec cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}
