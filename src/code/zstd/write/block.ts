import { concatBytes } from '../../../bytes/bytes.ts';
import { encodeLittle } from '../../../bytes/scale.ts';
import { highBit } from '../bits.ts';
import { KINDS, LITERALS, MATCHES, type SequenceKind } from '../codes.ts';
import { BLOCK, BLOCK_HEADER } from '../frame.ts';
import { type FseTable, rleTable } from '../fse.ts';
import { offsetOf, type RecentOffsets, type Sequence } from '../sequences.ts';
import { ForwardBits } from './bits.ts';
import { cost, described, FseWriter, shares } from './fse.ts';
import { huffmanCode, huffmanStream } from './huffman.ts';

/** Above this, literals are written as four streams. */
const ONE_STREAM = 255;
const MOST_OFFSET_CODE = 31;

/**
 * A block (RFC 8878, 3.1.1.2) that gives these bytes by these sequences; what sequences leave over are literals. It uses no table of
 * an earlier block. `recent` are the last offsets before it, and afterwards those after it.
 */
export function writeBlock(
  bytes: Uint8Array,
  sequences: readonly Sequence[],
  recent: RecentOffsets,
  isLast: boolean,
): Uint8Array {
  const after: RecentOffsets = [...recent];
  const packed = concatBytes(writeLiterals(literalsOf(bytes, sequences)), writeSequences(sequences, after));
  if (packed.length >= bytes.length) return concatBytes(head(BLOCK.raw, bytes.length, isLast), bytes);
  recent.splice(0, 3, ...after);
  return concatBytes(head(BLOCK.compressed, packed.length, isLast), packed);
}

function head(kind: number, size: number, isLast: boolean): Uint8Array {
  return encodeLittle((size << 3) | (kind << 1) | (isLast ? 1 : 0), BLOCK_HEADER);
}

function literalsOf(bytes: Uint8Array, sequences: readonly Sequence[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { literals, match } of sequences) {
    pieces.push(bytes.subarray(at, at + literals));
    at += literals + match;
  }
  return concatBytes(...pieces, bytes.subarray(at));
}

/** The section of literals (RFC 8878, 3.1.1.3.1). */
function writeLiterals(literals: Uint8Array): Uint8Array {
  const size = literals.length;
  const plain = concatBytes(shortHead(0, size), literals);
  if (size === 0) return plain;
  const counts = new Array<number>(256).fill(0);
  for (const byte of literals) counts[byte] = (counts[byte] as number) + 1;
  if (counts.includes(size)) return concatBytes(shortHead(1, size), literals.subarray(0, 1));
  const code = huffmanCode(counts);
  if (code === null) return plain;
  const streams =
    size <= ONE_STREAM
      ? [huffmanStream(code, literals)]
      : quarters(literals).map((part) => huffmanStream(code, part));
  const sizes = streams.length === 1 ? [] : streams.slice(0, 3).map(({ length }) => encodeLittle(length, 2));
  const body = concatBytes(code.description, ...sizes, ...streams);
  const format =
    streams.length === 1
      ? 0
      : Math.max(size, body.length) < 1 << 10
        ? 1
        : Math.max(size, body.length) < 1 << 14
          ? 2
          : 3;
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  const header =
    2n | (BigInt(format) << 2n) | (BigInt(size) << 4n) | (BigInt(body.length) << BigInt(4 + width));
  const packed = concatBytes(encodeLittle(header, format < 2 ? 3 : format + 2), body);
  return packed.length < plain.length ? packed : plain;
}

function shortHead(kind: number, size: number): Uint8Array {
  if (size < 1 << 5) return Uint8Array.of(kind | (size << 3));
  if (size < 1 << 12) return encodeLittle(kind | (1 << 2) | (size << 4), 2);
  return encodeLittle(kind | (3 << 2) | (size << 4), 3);
}

function quarters(literals: Uint8Array): Uint8Array[] {
  const each = (literals.length + 3) >> 2;
  return [0, 1, 2, 3].map((part) =>
    literals.subarray(part * each, part === 3 ? undefined : (part + 1) * each),
  );
}

interface Coded {
  readonly symbol: number;
  readonly extra: number;
  readonly bits: number;
}

/** The section of sequences (RFC 8878, 3.1.1.3.2). */
function writeSequences(sequences: readonly Sequence[], recent: RecentOffsets): Uint8Array {
  const count = sequences.length;
  if (count === 0) return Uint8Array.of(0);
  const all = sequences.map((sequence) => ({
    literals: coded(LITERALS, sequence.literals),
    offsets: codedOffset(sequence, recent),
    matches: coded(MATCHES, sequence.match),
  }));
  const choices = (['literals', 'offsets', 'matches'] as const).map((kind) =>
    choose(
      kind,
      all.map((each) => each[kind].symbol),
    ),
  );
  const [literals, offsets, matches] = choices.map(({ table }) => new FseWriter(table)) as [
    FseWriter,
    FseWriter,
    FseWriter,
  ];
  const modes = choices.reduce((bits, { mode }, index) => bits | (mode << (6 - 2 * index)), 0);
  const out = new ForwardBits();
  for (const each of all.toReversed()) {
    offsets.symbol(each.offsets.symbol, out);
    matches.symbol(each.matches.symbol, out);
    literals.symbol(each.literals.symbol, out);
    for (const { extra, bits } of [each.literals, each.matches, each.offsets]) out.write(extra, bits);
  }
  matches.end(out);
  offsets.end(out);
  literals.end(out);
  return concatBytes(
    countHead(count),
    Uint8Array.of(modes),
    ...choices.map(({ bytes }) => bytes),
    out.marked(),
  );
}

function countHead(count: number): Uint8Array {
  if (count < 128) return Uint8Array.of(count);
  if (count < 0x7f00) return Uint8Array.of(128 + (count >> 8), count & 0xff);
  return Uint8Array.of(255, (count - 0x7f00) & 0xff, (count - 0x7f00) >> 8);
}

function coded({ bases, bits }: typeof LITERALS, value: number): Coded {
  let symbol = bases.length - 1;
  while ((bases[symbol] as number) > value) symbol--;
  return { symbol, extra: value - (bases[symbol] as number), bits: bits[symbol] as number };
}

function codedOffset({ literals, offset }: Sequence, recent: RecentOffsets): Coded {
  const [first, second, third] = recent;
  const known = literals > 0 ? [first, second, third] : [second, third, first - 1];
  const place = known.indexOf(offset);
  const value = place < 0 ? offset + 3 : place + 1;
  offsetOf(value, literals, recent);
  const symbol = highBit(value);
  return { symbol, extra: value - 2 ** symbol, bits: symbol };
}

interface Choice {
  readonly mode: number;
  readonly bytes: Uint8Array;
  readonly table: FseTable;
}

/** The table that makes symbols and description shortest. */
function choose(kind: SequenceKind, symbols: readonly number[]): Choice {
  const { table: usual, largestLog } = KINDS[kind];
  const counts = new Array<number>(Math.max(MOST_OFFSET_CODE, ...symbols) + 1).fill(0);
  for (const symbol of symbols) counts[symbol] = (counts[symbol] as number) + 1;
  const [only] = symbols;
  if (only !== undefined && counts[only] === symbols.length) {
    return { mode: 1, bytes: Uint8Array.of(only), table: rleTable(only) };
  }
  let best: Choice = { mode: 0, bytes: new Uint8Array(), table: usual };
  let least = cost(counts, statesOf(usual), usual.log);
  for (let log = 5; log <= largestLog; log++) {
    const given = shares(counts, log);
    if (given === null) continue;
    const { table, description } = described(given, log);
    const bits = cost(counts, given, log) + description.length * 8;
    if (bits >= least) continue;
    least = bits;
    best = { mode: 2, bytes: description, table };
  }
  return best;
}

function statesOf({ symbols }: FseTable): number[] {
  const counts = new Array<number>(64).fill(0);
  for (const symbol of symbols) counts[symbol] = (counts[symbol] as number) + 1;
  return counts;
}
