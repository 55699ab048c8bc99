import { createHash } from 'node:crypto';
import { z } from 'zod';
import { concatBytes, decodeText, encodeText, equalBytes } from '../bytes/bytes.ts';
import { RescueError } from '../domain/errors.ts';
import { count, epochMs } from '../domain/records/fields.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Key } from './keys.ts';

/**
 * A backup is one stream: `MAGIC`, then frames of a tag, a big-endian u32 length and so many bytes.
 * - `h`: JSON with the format of the database and when the backup was made; the first frame
 * - `a`: bytes of the file of acts, in order
 * - `r`: a record: big-endian u16 length of the key, key, value
 * - `z`: number of records as big-endian u64, then blake2b-512 of everything before this frame; the last frame
 */
const MAGIC = encodeText('pararescue backup 1\n');
const TAGS = { header: 0x68, acts: 0x61, record: 0x72, end: 0x7a } as const;
const FRAME_HEAD = 5;
/** The largest code blob that a configuration can allow is 64 MiB. */
const MAX_FRAME = 80 * 1024 * 1024;
const CHUNK = 64 * 1024;
const HASH_BYTES = 64;

export interface BackupHeader {
  readonly format: number;
  readonly createdAt: EpochMs;
}
const headerSchema = z.strictObject({ format: count, createdAt: epochMs });

export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'acts'; readonly bytes: Uint8Array }
  | { readonly kind: 'record'; readonly key: Key; readonly value: Uint8Array }
  /** Comes only when everything before it was whole. */
  | { readonly kind: 'end'; readonly records: number };

/** A backup as bytes, in chunks for a file or a connection: nothing is read before the chunk before it was taken. */
export async function* encodeBackup(
  header: BackupHeader,
  acts: Uint8Array,
  records: AsyncIterable<readonly [Key, Uint8Array]>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('blake2b512');
  let waiting: Uint8Array[] = [];
  let size = 0;
  const take = (): Uint8Array => {
    const chunk = concatBytes(...waiting);
    waiting = [];
    size = 0;
    hash.update(chunk);
    return chunk;
  };
  const put = (...pieces: readonly Uint8Array[]): boolean => {
    waiting.push(...pieces);
    for (const { length } of pieces) size += length;
    return size >= CHUNK;
  };
  put(MAGIC, ...frame(TAGS.header, encodeText(JSON.stringify(header))));
  for (let at = 0; at < acts.length; at += CHUNK) {
    if (put(...frame(TAGS.acts, acts.subarray(at, at + CHUNK)))) yield take();
  }
  let number = 0;
  for await (const [key, value] of records) {
    number += 1;
    const length = new Uint8Array(2);
    new DataView(length.buffer).setUint16(0, key.length);
    if (put(...frame(TAGS.record, length, key, value))) yield take();
  }
  yield take();
  const total = new Uint8Array(8);
  new DataView(total.buffer).setBigUint64(0, BigInt(number));
  yield concatBytes(...frame(TAGS.end, total, hash.digest()));
}

/**
 * The parts of a backup, bounded in memory by the largest one.
 * @throws RESCUE_BACKUP_INVALID when it is none, was cut off or has changed; only the part `end` says that all is well
 */
export async function* decodeBackup(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPart> {
  const source = createSource(chunks);
  const hash = createHash('blake2b512');
  const magic = await source.take(MAGIC.length);
  if (magic === null || !equalBytes(magic, MAGIC)) {
    throw invalid('it does not begin as a backup of pararescue does, or one of another version');
  }
  hash.update(magic);
  let records = 0;
  for (let isFirst = true; ; isFirst = false) {
    const head = await source.take(FRAME_HEAD);
    if (head === null) throw invalid('it was cut off');
    const tag = head[0];
    const length = new DataView(head.buffer, head.byteOffset).getUint32(1);
    if (length > MAX_FRAME) throw invalid(`one of its parts claims ${length} bytes`);
    const body = await source.take(length);
    if (body === null) throw invalid('it was cut off');
    if (isFirst !== (tag === TAGS.header)) throw invalid('its parts are in another order');
    if (tag === TAGS.end) {
      const wanted = body.subarray(8);
      if (body.length !== 8 + HASH_BYTES || !equalBytes(wanted, hash.digest())) {
        throw invalid('its bytes have changed since it was made');
      }
      if (Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0)) !== records) {
        throw invalid('it lacks records');
      }
      if ((await source.take(1)) !== null) throw invalid('something follows its end');
      yield { kind: 'end', records };
      return;
    }
    hash.update(head);
    hash.update(body);
    const part = partOf(tag, body);
    if (part.kind === 'record') records += 1;
    yield part;
  }
}

function partOf(tag: number | undefined, body: Uint8Array): BackupPart {
  if (tag === TAGS.acts) return { kind: 'acts', bytes: body };
  if (tag === TAGS.record) {
    const length = body.length < 2 ? 0 : new DataView(body.buffer, body.byteOffset).getUint16(0);
    if (length === 0 || body.length < 2 + length) throw invalid('one of its records is none');
    return { kind: 'record', key: body.slice(2, 2 + length), value: body.slice(2 + length) };
  }
  if (tag === TAGS.header) {
    try {
      return { kind: 'header', header: headerSchema.parse(JSON.parse(decodeText(body))) };
    } catch (error) {
      throw invalid('its beginning cannot be read', error);
    }
  }
  throw invalid('it has a part that this version does not know');
}

function frame(tag: number, ...pieces: readonly Uint8Array[]): Uint8Array[] {
  const head = new Uint8Array(FRAME_HEAD);
  head[0] = tag;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  new DataView(head.buffer).setUint32(1, length);
  return [head, ...pieces];
}

/** Takes so many bytes at a time; null when there are not as many any more. */
function createSource(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let size = 0;
  return {
    take: async (length: number): Promise<Uint8Array | null> => {
      while (size < length) {
        const next = await iterator.next();
        if (next.done) return null;
        held.push(next.value);
        size += next.value.length;
      }
      const all = held.length === 1 && held[0] ? held[0] : concatBytes(...held);
      held = [all.subarray(length)];
      size -= length;
      return all.subarray(0, length);
    },
  };
}

function invalid(reason: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_BACKUP_INVALID', `This is not a whole backup: ${reason}.`, { cause });
}
