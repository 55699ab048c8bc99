import type { CommandIo } from './io.ts';

/** Milliseconds between two words on how far something is. */
const EVERY_MS = 200;

/** Tells how far long work is, on a terminal and nowhere else, and a few times a second at most. */
function progressTo(io: CommandIo): (words: () => string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (words) => {
    const now = performance.now();
    if (now - toldAt < EVERY_MS) return;
    toldAt = now;
    io.progress(words());
  };
}

/** Bytes as they pass, with what is said of so many of them. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  io: CommandIo,
  words: (bytes: number) => string,
): AsyncGenerator<Uint8Array> {
  const tell = progressTo(io);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      tell(() => words(bytes));
      yield chunk;
    }
  } finally {
    io.progress('');
  }
}

/** `3.2 MB`, and of how much, where that is known. */
export function megabytes(bytes: number, of: number | null = null): string {
  const part = `${(bytes / 1e6).toFixed(1)}`;
  return of === null || of === 0
    ? `${part} MB`
    : `${part} of ${(of / 1e6).toFixed(1)} MB, ${Math.floor((bytes / of) * 100)}%`;
}
