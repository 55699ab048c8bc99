import { decodeText } from '../bytes/bytes.ts';
import { isWithin } from '../bytes/json-shape.ts';
import { readUntil } from './deadline.ts';

/** A thousand paras, or a proof of some ten thousand nodes. */
const LARGEST_SHAPE = { depth: 500, values: 250_000 };

/** Of an answer that is read. */
export interface Bounds {
  readonly most: number;
  readonly signal: AbortSignal | undefined;
}

/** Reads an answer, but not without end. */
export async function readBytes({ body }: Response, { most, signal }: Bounds): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body === null ? [] : readUntil(body, signal)) {
    length += chunk.length;
    if (length > most) throw new Error(`it has more than ${most} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The value of a JSON answer, which is looked at before it is parsed. */
export async function readJson(response: Response, bounds: Bounds): Promise<unknown> {
  const bytes = await readBytes(response, bounds);
  if (!isWithin(bytes, LARGEST_SHAPE)) throw new Error('it holds more than any answer does');
  return JSON.parse(decodeText(bytes));
}
