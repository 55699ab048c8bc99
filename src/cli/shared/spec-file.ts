import { readFile, stat } from 'node:fs/promises';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** As much as a chain spec may have: those of chains with all their state of genesis have some ten megabytes. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The bytes of a chain spec. @throws RESCUE_REQUEST_INVALID when the file cannot be read or is too large for one */
export async function readSpecFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `The chain spec cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  throw new RescueError('RESCUE_REQUEST_INVALID', `${path} is too large for a chain spec.`);
}
