import { BackwardBits, corrupt, highBit } from './bits.ts';
import { nextState, readFseTable } from './fse.ts';

/** A decoding table of Huffman codes: for each `log` bits the symbol that they begin with, and its length. */
export interface HuffmanTable {
  readonly log: number;
  /** Symbol in the upper byte, bits of its code in the lower one. */
  readonly entries: Uint16Array;
}

/** Longest code that decoders take. */
const LONGEST_CODE = 12;

/**
 * Reads the description of a table (RFC 8878, 4.2.1).
 * @returns the table and where the description ends
 */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly table: HuffmanTable; readonly end: number } {
  if (start >= end) corrupt('a table of codes is cut off');
  const header = bytes[start] as number;
  const from = start + 1;
  const count = header - 127;
  const to = from + (header < 128 ? header : (count + 1) >> 1);
  if (to > end) corrupt('a table of codes is cut off');
  const weights = header < 128 ? packedWeights(bytes, from, to) : plainWeights(bytes, from, count);
  return { table: tableOf(weights), end: to };
}

function plainWeights(bytes: Uint8Array, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const pair = bytes[from + (index >> 1)] as number;
    return index % 2 === 0 ? pair >> 4 : pair & 15;
  });
}

/** Two states take turns until the stream is used up; the one that read too far leaves the last word to the other. */
function packedWeights(bytes: Uint8Array, from: number, to: number): number[] {
  const { table, end } = readFseTable(bytes, from, to, { largestLog: 6, largestSymbol: LONGEST_CODE });
  const stream = new BackwardBits(bytes, end, to);
  let one = stream.read(table.log);
  let other = stream.read(table.log);
  if (stream.position < 0) corrupt('a table of codes is cut off');
  const weights: number[] = [];
  for (;;) {
    weights.push(table.symbols[one] as number);
    if (weights.length > 254) corrupt('a table has too many codes');
    one = nextState(table, one, stream);
    if (stream.position < 0) {
      weights.push(table.symbols[other] as number);
      return weights;
    }
    [one, other] = [other, one];
  }
}

function tableOf(weights: readonly number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > LONGEST_CODE) corrupt('a code is too long');
    if (weight > 0) sum += 1 << (weight - 1);
  }
  if (sum === 0) corrupt('a table has no codes');
  const log = highBit(sum) + 1;
  if (log > LONGEST_CODE) corrupt('a code is too long');
  const rest = (1 << log) - sum;
  const last = highBit(rest);
  if (1 << last !== rest) corrupt('a table of codes does not add up');
  const all = [...weights, last + 1];

  const entries = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    const span = 1 << (weight - 1);
    const length = log + 1 - weight;
    for (let symbol = 0; symbol < all.length; symbol++) {
      if (all[symbol] !== weight) continue;
      entries.fill((symbol << 8) | length, at, at + span);
      at += span;
    }
  }
  return { log, entries };
}

/** Decodes exactly `count` symbols from one stream into `out`. */
export function decodeHuffman(
  { log, entries }: HuffmanTable,
  source: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  out: Uint8Array,
  at: number,
  count: number,
): void {
  const stream = new BackwardBits(source.bytes, source.start, source.end);
  const { bytes } = stream;
  const mask = (1 << log) - 1;
  let index = at;
  const until = at + count;
  // Most of the time is spent here: as `peek` reads, while it is not at the beginning.
  let { position } = stream;
  for (; index < until && position >= log; index++) {
    const from = position - log;
    const byte = from >>> 3;
    const four =
      (bytes[byte] as number) | ((bytes[byte + 1] as number) << 8) | ((bytes[byte + 2] as number) << 16);
    const entry = entries[(four >>> (from & 7)) & mask] as number;
    position -= entry & 0xff;
    out[index] = entry >> 8;
  }
  stream.position = position;
  for (; index < until; index++) {
    const entry = entries[stream.peek(log)] as number;
    stream.position -= entry & 0xff;
    out[index] = entry >> 8;
    if (stream.position < 0) corrupt('a stream of literals is cut off');
  }
  if (stream.position !== 0) corrupt('a stream of literals holds more than was said');
}
