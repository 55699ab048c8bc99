import { createReadStream } from 'node:fs';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** The bytes of a bundle while they are read. @throws RESCUE_NOT_FOUND when the file cannot be read */
export async function* readBundleFile(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024, signal });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new RescueError('RESCUE_NOT_FOUND', `The bundle ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
