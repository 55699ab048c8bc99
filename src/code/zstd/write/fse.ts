import { highBit } from '../bits.ts';
import { type FseTable, fseTable } from '../fse.ts';
import { ForwardBits } from './bits.ts';

/** How a table is used to write: it is told what was written, and tells the bits that lead from one state to the next. */
export class FseWriter {
  readonly #table: FseTable;
  /** For each symbol the states that stand for it, by the state that is to be reached from there. */
  readonly #before = new Map<number, Uint16Array>();
  #state: number | null = null;

  constructor(table: FseTable) {
    this.#table = table;
    const size = 1 << table.log;
    for (let state = 0; state < size; state++) {
      const symbol = table.symbols[state] as number;
      const before = this.#before.get(symbol) ?? new Uint16Array(size);
      const base = table.bases[state] as number;
      before.fill(state, base, base + (1 << (table.bits[state] as number)));
      this.#before.set(symbol, before);
    }
  }

  /**
   * Symbols come last first. For the last one nothing is written: of the states that stand for it, the first needs most bits, so that
   * a reader that stops when the bits are used up does stop.
   */
  symbol(symbol: number, out: ForwardBits): void {
    const { symbols, bits, bases } = this.#table;
    if (this.#state === null) {
      this.#state = symbols.indexOf(symbol);
      return;
    }
    const state = this.#before.get(symbol)?.[this.#state] as number;
    out.write(this.#state - (bases[state] as number), bits[state] as number);
    this.#state = state;
  }

  /** Where a reader begins. */
  end(out: ForwardBits): void {
    out.write(this.#state ?? 0, this.#table.log);
  }
}

/**
 * Shares of `2^log` states for symbols that occur so often; each that occurs gets one at least. Null where there are too few states.
 */
export function shares(counts: readonly number[], log: number): number[] | null {
  const size = 1 << log;
  const present = counts.filter((count) => count > 0).length;
  if (present > size) return null;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count * size) / total);
  const given = exact.map((share) => (share > 0 ? Math.max(1, Math.floor(share)) : 0));
  let rest = size - given.reduce((sum, share) => sum + share, 0);
  // What rounding left over goes to, or is taken from, whoever it changes least.
  for (; rest !== 0; rest -= Math.sign(rest)) {
    const step = Math.sign(rest);
    let best = -1;
    let gain = Number.NEGATIVE_INFINITY;
    for (const [symbol, share] of given.entries()) {
      if (share === 0 || share + step < 1) continue;
      const count = counts[symbol] as number;
      const change = count * Math.log2((share + step) / share);
      if (change > gain) {
        gain = change;
        best = symbol;
      }
    }
    given[best] = (given[best] as number) + step;
  }
  return given;
}

/** Bits that the symbols take with these shares of `2^log` states, about. */
export function cost(counts: readonly number[], given: readonly number[], log: number): number {
  let bits = 0;
  for (const [symbol, count] of counts.entries()) {
    if (count === 0) continue;
    const share = given[symbol] ?? 0;
    if (share === 0) return Number.POSITIVE_INFINITY;
    bits += count * (log - Math.log2(share));
  }
  return bits;
}

/** A table and its description (RFC 8878, 4.1.1). */
export function described(
  given: readonly number[],
  log: number,
): { readonly table: FseTable; readonly description: Uint8Array } {
  const out = new ForwardBits();
  out.write(log - 5, 4);
  let remaining = 1 << log;
  for (let symbol = 0; remaining > 0; symbol++) {
    const count = given[symbol] as number;
    const width = highBit(remaining + 1) + 1;
    const lower = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - remaining;
    const value = count + 1;
    if (value < threshold) out.write(value, width - 1);
    else out.write(value > lower ? value + threshold : value, width);
    remaining -= count;
    if (count > 0) continue;
    let zeros = 0;
    while (given[symbol + 1 + zeros] === 0) zeros++;
    symbol += zeros;
    for (; zeros >= 3; zeros -= 3) out.write(3, 2);
    out.write(zeros, 2);
  }
  return { table: fseTable(given, log), description: out.padded() };
}
