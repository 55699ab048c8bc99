import { corrupt } from './bits.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';

export interface Literals {
  readonly bytes: Uint8Array;
  /** The table for blocks that bring none. */
  readonly table: HuffmanTable | null;
  /** Entries of the table, when the section brought it. */
  readonly entries: number;
  /** Where the section ends. */
  readonly end: number;
}

const KIND = { raw: 0, rle: 1, compressed: 2 } as const;

/** Reads the section of literals of a block (RFC 8878, 3.1.1.3.1) of at most `most` bytes of content. */
export function readLiterals(
  source: Uint8Array,
  start: number,
  end: number,
  { most, known }: { readonly most: number; readonly known: HuffmanTable | null },
): Literals {
  const first = source[start];
  if (start >= end || first === undefined) corrupt('a block is empty');
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind === KIND.raw || kind === KIND.rle) {
    const headerSize = format === 1 ? 2 : format === 3 ? 3 : 1;
    const header = little(source, start, headerSize, end);
    const size = headerSize === 1 ? header >> 3 : header >> 4;
    if (size > most) corrupt('a block has too many literals');
    const from = start + headerSize;
    const to = from + (kind === KIND.raw ? size : 1);
    if (to > end) corrupt('literals are cut off');
    const bytes =
      kind === KIND.raw ? source.subarray(from, to) : new Uint8Array(size).fill(source[from] as number);
    return { bytes, table: known, entries: 0, end: to };
  }

  const headerSize = format < 2 ? 3 : format + 2;
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  const header = little(source, start, headerSize, end);
  const size = Math.floor(header / 16) % 2 ** width;
  const packed = Math.floor(header / 2 ** (4 + width));
  const to = start + headerSize + packed;
  if (to > end) corrupt('literals are cut off');
  if (size > most) corrupt('a block has too many literals');
  let from = start + headerSize;
  let table = known;
  let entries = 0;
  if (kind === KIND.compressed) {
    ({ table, end: from } = readHuffmanTable(source, from, to));
    entries = table.entries.length;
  }
  if (table === null) corrupt('a block uses a table of codes that no block brought');

  const bytes = new Uint8Array(size);
  if (format === 0) {
    decodeHuffman(table, { bytes: source, start: from, end: to }, bytes, 0, size);
    return { bytes, table, entries, end: to };
  }
  const sizes = [0, 2, 4].map((offset) => little(source, from + offset, 2, to));
  const each = (size + 3) >> 2;
  if (size < 6 || each * 3 > size) corrupt('four streams for too few literals');
  let at = from + 6;
  for (let stream = 0; stream < 4; stream++) {
    const last = stream === 3;
    const until = last ? to : at + (sizes[stream] as number);
    if (until > to) corrupt('literals are cut off');
    const count = last ? size - 3 * each : each;
    decodeHuffman(table, { bytes: source, start: at, end: until }, bytes, stream * each, count);
    at = until;
  }
  return { bytes, table, entries, end: to };
}

function little(source: Uint8Array, at: number, length: number, end: number): number {
  if (at + length > end) corrupt('a header is cut off');
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + (source[at + index] as number);
  return value;
}
