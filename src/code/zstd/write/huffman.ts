import { concatBytes } from '../../../bytes/bytes.ts';
import { ForwardBits } from './bits.ts';
import { described, FseWriter, shares } from './fse.ts';

/** Longest code of a literal (RFC 8878, 4.2.1). */
const LONGEST = 11;
/** Most weights that can be written as they are, four bits each. */
const MOST_PLAIN = 128;
const WEIGHTS_LOG = 6;

export interface HuffmanCode {
  readonly description: Uint8Array;
  /** By symbol; no bits for one that has no code. */
  readonly codes: Uint16Array;
  readonly bits: Uint8Array;
}

/** The best code for symbols that occur so often; null where there are fewer than two, or it cannot be described. */
export function huffmanCode(counts: readonly number[]): HuffmanCode | null {
  const lengths = codeLengths(counts);
  if (lengths === null) return null;
  const log = Math.max(...lengths);
  const weights = Array.from(lengths, (length) => (length === 0 ? 0 : log + 1 - length));
  const last = weights.findLastIndex((weight) => weight > 0);
  const description = describe(weights.slice(0, last));
  if (description === null) return null;
  const codes = new Uint16Array(256);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, each] of weights.entries()) {
      if (each !== weight) continue;
      codes[symbol] = at >> (weight - 1);
      at += 1 << (weight - 1);
    }
  }
  return { description, codes, bits: lengths };
}

/** One stream of these literals. */
export function huffmanStream({ codes, bits }: HuffmanCode, literals: Uint8Array): Uint8Array {
  const out = new ForwardBits();
  for (let index = literals.length - 1; index >= 0; index--) {
    const symbol = literals[index] as number;
    out.write(codes[symbol] as number, bits[symbol] as number);
  }
  return out.marked();
}

interface Package {
  readonly count: number;
  readonly symbols: readonly number[];
}

/** Lengths of codes of at most `LONGEST` bits: package-merge (Larmore and Hirschberg, 1990). */
function codeLengths(counts: readonly number[]): Uint8Array | null {
  const leaves = counts
    .map((count, symbol): Package => ({ count, symbols: [symbol] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count);
  if (leaves.length < 2) return null;
  let level: readonly Package[] = leaves;
  for (let depth = 1; depth < LONGEST; depth++) {
    const packages: Package[] = [];
    for (let index = 0; index + 1 < level.length; index += 2) {
      const [one, other] = [level[index] as Package, level[index + 1] as Package];
      packages.push({ count: one.count + other.count, symbols: [...one.symbols, ...other.symbols] });
    }
    level = [...leaves, ...packages].sort((a, b) => a.count - b.count);
  }
  const lengths = new Uint8Array(256);
  for (const { symbols } of level.slice(0, 2 * leaves.length - 2)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] as number) + 1;
  }
  return lengths;
}

/** Weights of all symbols but the last, which follows from them; the shorter of two ways (RFC 8878, 4.2.1.1). */
function describe(weights: readonly number[]): Uint8Array | null {
  const packed = packedWeights(weights);
  if (weights.length > MOST_PLAIN) return packed;
  const pairs = Math.ceil(weights.length / 2);
  if (packed !== null && packed.length <= pairs) return packed;
  const plain = new Uint8Array(1 + pairs);
  plain[0] = 127 + weights.length;
  for (const [index, weight] of weights.entries()) {
    const place = 1 + (index >> 1);
    plain[place] = (plain[place] as number) | (index % 2 === 0 ? weight << 4 : weight);
  }
  return plain;
}

/** Null for weights that two states that take turns cannot tell: too few, or all the same. */
function packedWeights(weights: readonly number[]): Uint8Array | null {
  const counts = new Array<number>(LONGEST + 1).fill(0);
  for (const weight of weights) counts[weight] = (counts[weight] as number) + 1;
  if (weights.length < 3 || counts.filter((count) => count > 0).length < 2) return null;
  const given = shares(counts, WEIGHTS_LOG);
  if (given === null) return null;
  const { table, description } = described(given, WEIGHTS_LOG);
  const writers = [new FseWriter(table), new FseWriter(table)] as const;
  const out = new ForwardBits();
  for (let index = weights.length - 1; index >= 0; index--) {
    writers[index & 1 ? 1 : 0].symbol(weights[index] as number, out);
  }
  writers[1].end(out);
  writers[0].end(out);
  const stream = concatBytes(description, out.marked());
  return stream.length < 128 ? concatBytes(Uint8Array.of(stream.length), stream) : null;
}
