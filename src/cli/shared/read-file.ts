import { open } from 'node:fs/promises';
import { concatBytes } from '../../bytes/bytes.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * A whole file of at most `most` bytes. Pipes and devices do not say how much they hold, so what is counted is what was read.
 * @throws Error with a sentence for people, as the file system does
 */
export async function readAtMost(path: string, most: number): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return concatBytes(...chunks);
      length += bytesRead;
      if (length > most) throw new Error(`it has more than ${most} bytes`);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
