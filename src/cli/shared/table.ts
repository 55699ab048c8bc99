import { printable } from '../../domain/plain-text.ts';

/** Rows below a line of headings, columns aligned; columns named in `right` hold numbers. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const all = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return right.includes(headings[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** `label  value` lines, values aligned; entries without a value are left out. */
export function facts(entries: readonly (readonly [string, string | null])[]): string {
  const width = Math.max(...entries.map(([label]) => label.length));
  return entries
    .filter(([, value]) => value !== null)
    .map(([label, value]) => `${printable(label).padEnd(width)}  ${printable(value ?? '')}\n`)
    .join('');
}

/** Share of a whole with two decimals, rounded down, so that a threshold never looks reached when it is not. */
export function percentage(part: bigint, whole: bigint): string {
  if (whole === 0n) return '-';
  const hundredths = (part * 10_000n) / whole;
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}%`;
}
