import { isWithin } from '../../bytes/json-shape.ts';
import { RescueError } from '../../domain/errors.ts';

/** A policy that excludes ten thousand accounts fits. */
const LONGEST_LINE = 16 * 1024 * 1024;
/** Lines above this are looked at before they are parsed. */
const LARGE_LINE = 64 * 1024;
/** Ten thousand exclusions of two values each, and the voters of a relay chain, fit many times. */
const LARGEST_SHAPE = { depth: 1000, values: 250_000 };
const LINE_FEED = 0x0a;

/**
 * The lines of a stream of UTF-8 without their line feeds, held one at a time.
 * @throws RESCUE_REQUEST_INVALID for a line that is too long, holds too much or is no UTF-8, and when the last one is not ended
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let begun: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const take = (rest: Uint8Array): string => {
    const bytes = begun.length === 0 ? rest : joined(begun, rest, size);
    begun = [];
    size = 0;
    if (bytes.length > LARGE_LINE && !isWithin(bytes, LARGEST_SHAPE))
      throw new RescueError('RESCUE_REQUEST_INVALID', `Line ${number} holds more than any line does.`);
    try {
      return decoder.decode(bytes);
    } catch {
      throw new RescueError('RESCUE_REQUEST_INVALID', `Line ${number} is not UTF-8.`);
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
      number += 1;
    }
    if (start === chunk.length) continue;
    begun.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > LONGEST_LINE)
      throw new RescueError('RESCUE_REQUEST_INVALID', `Line ${number} is longer than ${LONGEST_LINE} bytes.`);
  }
  if (size > 0)
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `Line ${number} is cut off: every line ends with a line feed.`,
    );
}

/** A line may come in as many pieces as it has bytes: too many for an argument list. */
function joined(begun: readonly Uint8Array[], rest: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size + rest.length);
  let offset = 0;
  for (const piece of begun) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  bytes.set(rest, offset);
  return bytes;
}
