import { type BackwardBits, corrupt, highBit } from './bits.ts';

/** A decoding table of finite state entropy (RFC 8878, 4.1): what each state stands for, and how the next is found. */
export interface FseTable {
  /** Bits of a state. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table that always gives one symbol and reads no bits. */
export function rleTable(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}

/** Table of `2^log` states; `counts` of the symbols, -1 for one that is rarer than one state. They add up to `2^log`. */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const mask = size - 1;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    if (count === -1) {
      high -= 1;
      symbols[high] = symbol;
      next[symbol] = 1;
    } else next[symbol] = count;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let placed = 0; placed < count; placed++) {
      symbols[position] = symbol;
      do position = (position + step) & mask;
      while (position >= high);
    }
  }
  if (position !== 0) corrupt('a table of states does not add up');
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const value = next[symbol] as number;
    next[symbol] = value + 1;
    const count = log - highBit(value);
    bits[state] = count;
    bases[state] = (value << count) - size;
  }
  return { log, symbols, bits, bases };
}

/**
 * Reads the description of a table (RFC 8878, 4.1.1) of at most `2^largestLog` states and symbols up to `largestSymbol`.
 * @returns the table and where the description ends
 */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  { largestLog, largestSymbol }: { readonly largestLog: number; readonly largestSymbol: number },
): { readonly table: FseTable; readonly end: number } {
  let position = start * 8;
  const limit = end * 8;
  const peek = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit++) {
      const at = position + bit;
      if (at < limit) value |= (((bytes[at >>> 3] as number) >>> (at & 7)) & 1) << bit;
    }
    return value;
  };
  const read = (count: number): number => {
    const value = peek(count);
    position += count;
    if (position > limit) corrupt('the description of a table of states is cut off');
    return value;
  };

  const log = read(4) + 5;
  if (log > largestLog) corrupt('a table of states is too large');
  const counts: number[] = [];
  let remaining = 1 << log;
  while (remaining > 0) {
    if (counts.length > largestSymbol) corrupt('a table has symbols that do not exist');
    const width = highBit(remaining + 1) + 1;
    const lower = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - remaining;
    let value = peek(width);
    if ((value & lower) < threshold) {
      value &= lower;
      read(width - 1);
    } else {
      if (value > lower) value -= threshold;
      read(width);
    }
    const count = value - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    if (count !== 0) continue;
    for (let repeat = 3; repeat === 3; ) {
      repeat = read(2);
      for (let zero = 0; zero < repeat; zero++) counts.push(0);
      if (counts.length > largestSymbol + 1) corrupt('a table has symbols that do not exist');
    }
  }
  if (remaining !== 0) corrupt('a table of states does not add up');
  return { table: fseTable(counts, log), end: (position + 7) >>> 3 };
}

/** The next state after `state`. */
export function nextState({ bits, bases }: FseTable, state: number, stream: BackwardBits): number {
  return (bases[state] as number) + stream.read(bits[state] as number);
}
