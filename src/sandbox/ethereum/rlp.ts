import { concatBytes } from '../../bytes/bytes.ts';
import { MalformedBytes } from '../../bytes/reader.ts';

/** One item of RLP: bytes, or a list. `raw` is the item as it is encoded. */
export interface RlpItem {
  readonly raw: Uint8Array;
  readonly bytes: Uint8Array | null;
  readonly list: readonly RlpItem[] | null;
}

/** Lists of an access list lie three deep. */
const DEEPEST = 8;
const SHORT = 0x80;
const LIST = 0xc0;
/** Lengths up to this stand in the first byte. */
const MOST_INLINE = 55;

/** The one item that these bytes are. @throws MalformedBytes for anything but its shortest encoding */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const { item, end } = readItem(bytes, 0, 0);
  if (end !== bytes.length) throw malformed('has bytes after its end');
  return item;
}

export function encodeBytes(bytes: Uint8Array): Uint8Array {
  const [first] = bytes;
  if (bytes.length === 1 && first !== undefined && first < SHORT) return bytes;
  return concatBytes(prefix(SHORT, bytes.length), bytes);
}

/** A list of items that are encoded already. */
export function encodeRlpList(items: readonly Uint8Array[]): Uint8Array {
  const payload = concatBytes(...items);
  return concatBytes(prefix(LIST, payload.length), payload);
}

/** Big-endian without leading zeros, as RLP wants numbers. */
export function bigEndian(value: bigint | number): Uint8Array {
  const digits = value.toString(16);
  return value === 0n || value === 0
    ? new Uint8Array()
    : Uint8Array.from(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}

function prefix(base: number, length: number): Uint8Array {
  if (length <= MOST_INLINE) return Uint8Array.of(base + length);
  const digits = bigEndian(length);
  return concatBytes(Uint8Array.of(base + MOST_INLINE + digits.length), digits);
}

function readItem(bytes: Uint8Array, start: number, depth: number): { item: RlpItem; end: number } {
  const first = bytes[start];
  if (first === undefined) throw malformed('is truncated');
  if (first < SHORT) {
    const raw = bytes.subarray(start, start + 1);
    return { item: { raw, bytes: raw, list: null }, end: start + 1 };
  }
  const isList = first >= LIST;
  const { from, end } = payloadOf(bytes, start, first - (isList ? LIST : SHORT));
  const raw = bytes.subarray(start, end);
  const payload = bytes.subarray(from, end);
  if (!isList) {
    if (payload.length === 1 && (payload[0] as number) < SHORT) throw malformed('is longer than needed');
    return { item: { raw, bytes: payload, list: null }, end };
  }
  if (depth === DEEPEST) throw malformed('has too many lists in each other');
  const list: RlpItem[] = [];
  for (let at = from; at < end; ) {
    const inner = readItem(bytes.subarray(0, end), at, depth + 1);
    list.push(inner.item);
    at = inner.end;
  }
  return { item: { raw, bytes: null, list }, end };
}

function payloadOf(bytes: Uint8Array, start: number, size: number): { from: number; end: number } {
  const sizeBytes = Math.max(0, size - MOST_INLINE);
  const from = start + 1 + sizeBytes;
  let length = size;
  if (sizeBytes > 0) {
    if (sizeBytes > 4 || from > bytes.length) throw malformed('is truncated');
    length = 0;
    for (let at = start + 1; at < from; at++) length = length * 256 + (bytes[at] as number);
    if (bytes[start + 1] === 0 || length <= MOST_INLINE) throw malformed('is longer than needed');
  }
  if (from + length > bytes.length) throw malformed('is truncated');
  return { from, end: from + length };
}

function malformed(problem: string): MalformedBytes {
  return new MalformedBytes(`the RLP ${problem}`);
}
