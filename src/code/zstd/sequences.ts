import { BackwardBits, bitsIn, corrupt, MOST_AT_ONCE } from './bits.ts';
import { KINDS, LITERALS, MATCHES, type SequenceKind } from './codes.ts';
import { type FseTable, readFseTable, rleTable } from './fse.ts';

/** Tables for lengths of literals, offsets and lengths of matches; null until a block brought one. */
export interface SequenceTables {
  literals: FseTable | null;
  offsets: FseTable | null;
  matches: FseTable | null;
  /** States of all tables that blocks described so far; making one of them costs more than a byte of content does. */
  states: number;
}

const MODE = { predefined: 0, rle: 1, described: 2 } as const;

/** Bits that one sequence takes at most: an offset, two lengths, three states. */
const MOST_BITS = 31 + 16 + 16 + 9 + 9 + 8;

/** Where sequences are carried out: the content so far, of which a match repeats a part. */
export interface Content {
  bytes: Uint8Array;
  length: number;
  /** The last three offsets; they outlive a block. */
  readonly recent: RecentOffsets;
}

export type RecentOffsets = [number, number, number];

/** Literals, then a match: how many of each, and how far back the match begins. */
export interface Sequence {
  readonly literals: number;
  readonly match: number;
  readonly offset: number;
}

/**
 * Reads the sequences of a block (RFC 8878, 3.1.1.3.2) and carries them out: literals, then a match, again and again, then
 * the literals that are left. `content` has room for `most` more bytes, which is all that a block may hold: as each
 * sequence gives at least three bytes, that bounds how many there can be.
 */
export function carryOutSequences(
  source: Uint8Array,
  start: number,
  end: number,
  block: {
    readonly literals: Uint8Array;
    readonly content: Content;
    readonly tables: SequenceTables;
    readonly most: number;
    readonly window: number;
    /** Where the sequences are noted. */
    readonly noted?: Sequence[] | undefined;
  },
): void {
  const { literals, content, tables, most, window, noted } = block;
  const limit = content.length + most;
  const header = readCount(source, start, end);
  if (header.count === 0) {
    if (header.end !== end) corrupt('a block goes on after its end');
    append(content, literals, 0, literals.length, limit);
    return;
  }
  if (header.end >= end) corrupt('a block is cut off');
  const modes = source[header.end] as number;
  if ((modes & 3) !== 0) corrupt('a block has a reserved bit set');
  let at = header.end + 1;
  for (const [kind, shift] of [
    ['literals', 6],
    ['offsets', 4],
    ['matches', 2],
  ] as const) {
    const read = readTable(source, at, end, (modes >> shift) & 3, kind, tables[kind]);
    tables[kind] = read.table;
    tables.states += read.states;
    at = read.end;
  }
  const { literals: lengths, offsets, matches } = tables;
  if (!lengths || !offsets || !matches) corrupt('a block has no tables');

  const stream = new BackwardBits(source, at, end);
  let lengthState = stream.read(lengths.log);
  let offsetState = stream.read(offsets.log);
  let matchState = stream.read(matches.log);
  const { bases: literalBases, bits: literalBits } = LITERALS;
  const { bases: matchBases, bits: matchBits } = MATCHES;
  let taken = 0;
  let left = header.count;
  // Most of the time is spent here: as below, while no read can come to the beginning of the stream.
  const { view } = stream;
  let { position } = stream;
  for (; left > 1 && position >= MOST_BITS; left--) {
    const offsetCode = offsets.symbols[offsetState] as number;
    if (offsetCode > MOST_AT_ONCE) break;
    const matchCode = matches.symbols[matchState] as number;
    const lengthCode = lengths.symbols[lengthState] as number;
    position -= offsetCode;
    const value = (1 << offsetCode) + bitsIn(view, position, offsetCode);
    let width = matchBits[matchCode] as number;
    position -= width;
    const match = (matchBases[matchCode] as number) + bitsIn(view, position, width);
    width = literalBits[lengthCode] as number;
    position -= width;
    const length = (literalBases[lengthCode] as number) + bitsIn(view, position, width);
    width = lengths.bits[lengthState] as number;
    position -= width;
    lengthState = (lengths.bases[lengthState] as number) + bitsIn(view, position, width);
    width = matches.bits[matchState] as number;
    position -= width;
    matchState = (matches.bases[matchState] as number) + bitsIn(view, position, width);
    width = offsets.bits[offsetState] as number;
    position -= width;
    offsetState = (offsets.bases[offsetState] as number) + bitsIn(view, position, width);
    const offset = offsetOf(value, length, content.recent);
    if (taken + length > literals.length) corrupt('a block uses more literals than it has');
    if (length > 0) append(content, literals, taken, taken + length, limit);
    taken += length;
    noted?.push({ literals: length, match, offset });
    repeat(content, offset, match, limit, window);
  }
  stream.position = position;
  for (; left > 0; left--) {
    const offsetCode = offsets.symbols[offsetState] as number;
    const matchCode = matches.symbols[matchState] as number;
    const lengthCode = lengths.symbols[lengthState] as number;
    const value = (offsetCode < 31 ? 1 << offsetCode : 2 ** 31) + stream.read(offsetCode);
    const match = (matchBases[matchCode] as number) + stream.read(matchBits[matchCode] as number);
    const length = (literalBases[lengthCode] as number) + stream.read(literalBits[lengthCode] as number);
    if (left > 1) {
      lengthState = (lengths.bases[lengthState] as number) + stream.read(lengths.bits[lengthState] as number);
      matchState = (matches.bases[matchState] as number) + stream.read(matches.bits[matchState] as number);
      offsetState = (offsets.bases[offsetState] as number) + stream.read(offsets.bits[offsetState] as number);
    }
    if (stream.position < 0) corrupt('the sequences of a block are cut off');
    const offset = offsetOf(value, length, content.recent);
    if (taken + length > literals.length) corrupt('a block uses more literals than it has');
    if (length > 0) append(content, literals, taken, taken + length, limit);
    taken += length;
    noted?.push({ literals: length, match, offset });
    repeat(content, offset, match, limit, window);
  }
  if (stream.position !== 0) corrupt('a block holds more than its sequences');
  append(content, literals, taken, literals.length, limit);
}

function readCount(source: Uint8Array, start: number, end: number): { count: number; end: number } {
  const first = source[start] ?? 0;
  const size = start >= end ? 1 : first < 128 ? 1 : first < 255 ? 2 : 3;
  if (start + size > end) corrupt('a block is cut off');
  const second = source[start + 1] ?? 0;
  const count =
    size === 1
      ? first
      : size === 2
        ? ((first - 128) << 8) + second
        : second + ((source[start + 2] as number) << 8) + 0x7f00;
  return { count, end: start + size };
}

function readTable(
  source: Uint8Array,
  start: number,
  end: number,
  mode: number,
  kind: SequenceKind,
  known: FseTable | null,
): { readonly table: FseTable; readonly end: number; readonly states: number } {
  const { table, largestSymbol } = KINDS[kind];
  if (mode === MODE.predefined) return { table, end: start, states: 0 };
  if (mode === MODE.rle) {
    const symbol = source[start];
    if (start >= end || symbol === undefined || symbol > largestSymbol) corrupt('a block has no such code');
    return { table: rleTable(symbol), end: start + 1, states: 0 };
  }
  if (mode === MODE.described) {
    const read = readFseTable(source, start, end, KINDS[kind]);
    return { ...read, states: 1 << read.table.log };
  }
  if (known === null) corrupt('a block uses a table that no block brought');
  return { table: known, end: start, states: 0 };
}

/** Which offset a value means (RFC 8878, 3.1.1.5): up to three, one of the last, counted differently without literals. */
export function offsetOf(value: number, literals: number, recent: RecentOffsets): number {
  const first = recent[0];
  const place = value > 3 ? 4 : value + (literals === 0 ? 1 : 0);
  if (place === 1) return first;
  const fresh = value > 3 ? value - 3 : place === 2 ? recent[1] : place === 3 ? recent[2] : first - 1;
  if (fresh === 0) corrupt('a match repeats nothing');
  if (place !== 2) recent[2] = recent[1];
  recent[1] = first;
  recent[0] = fresh;
  return fresh;
}

function append(content: Content, from: Uint8Array, start: number, end: number, limit: number): void {
  const { bytes, length } = content;
  const size = end - start;
  if (length + size > limit) corrupt('a block holds more than 128 KiB');
  if (size > 32) bytes.set(from.subarray(start, end), length);
  else for (let index = 0; index < size; index++) bytes[length + index] = from[start + index] as number;
  content.length = length + size;
}

function repeat(content: Content, offset: number, count: number, limit: number, window: number): void {
  const { bytes, length } = content;
  if (offset > length || offset > window) corrupt('a match begins before the content');
  if (length + count > limit) corrupt('a block holds more than 128 KiB');
  const from = length - offset;
  if (offset >= count && count > 32) bytes.copyWithin(length, from, from + count);
  else if (offset === 1 && count > 32) bytes.fill(bytes[from] as number, length, length + count);
  else for (let index = 0; index < count; index++) bytes[length + index] = bytes[from + index] as number;
  content.length = length + count;
}
