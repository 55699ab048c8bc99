import { fseTable } from './fse.ts';

/** Three tables code a sequence: how many literals, how far back, how long a match. */
export type SequenceKind = 'literals' | 'offsets' | 'matches';

/** What code stands for: a base, and how many bits to add to it. */
function codes(groups: readonly (readonly [bits: number, count: number])[], first: number) {
  const bases: number[] = [];
  const bits: number[] = [];
  let base = first;
  for (const [width, count] of groups) {
    for (let index = 0; index < count; index++) {
      bases.push(base);
      bits.push(width);
      base += 2 ** width;
    }
  }
  return { bases: Uint32Array.from(bases), bits: Uint8Array.from(bits) };
}

// RFC 8878, 3.1.1.3.2.1.1: codes of lengths, and the tables of blocks that describe none (3.1.1.3.2.2).
const SIXTEEN = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map((bits) => [bits, 1] as const);
export const LITERALS = codes([[0, 16], [1, 4], [2, 2], [3, 2], [4, 1], ...SIXTEEN], 0);
export const MATCHES = codes([[0, 32], [1, 4], [2, 2], [3, 2], [4, 2], [5, 1], ...SIXTEEN.slice(1)], 3);

export const KINDS = {
  literals: {
    largestLog: 9,
    largestSymbol: 35,
    table: fseTable(
      [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1,
        -1, -1, -1,
      ],
      6,
    ),
  },
  offsets: {
    largestLog: 8,
    largestSymbol: 31,
    table: fseTable(
      [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
      5,
    ),
  },
  matches: {
    largestLog: 9,
    largestSymbol: 52,
    table: fseTable(
      [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
      ],
      6,
    ),
  },
} as const;
