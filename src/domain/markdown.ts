import { printable } from './plain-text.ts';

/** Characters of one piece of text; what is cut off ends in `…`. */
const LONGEST = 4_000;
/** Rows of a table; the JSON has all of them. */
const MOST_ROWS = 400;

/**
 * Text of others inside a line of Markdown: nothing in it ends a cell or begins markup, HTML or a link, and it is not endless.
 */
export function escaped(text: string): string {
  const plain = printable(text);
  const cut = plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 1)}…`;
  return cut
    .replaceAll(/[\\|<>`*[\]~&]/g, '\\$&')
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replaceAll('://', '\\://')
    .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}\\.`);
}

/** A table of text that is escaped already or here. */
export function table(headings: readonly string[], cells: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map(escaped).join(' | ')} |`;
  const shown = cells.slice(0, MOST_ROWS);
  const more = cells.length - shown.length;
  const rest = more === 0 ? [] : [line([`and ${more} more`, ...headings.slice(1).map(() => '')])];
  return [line(headings), line(headings.map(() => '---')), ...shown.map(line), ...rest].join('\n');
}

/** A heading with its sentences as a list; nothing without sentences. */
export function list(heading: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [heading, items(sentences)];
}

export function items(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escaped(sentence)}`).join('\n');
}

/** Commands to be copied; each is one line, and nothing in them ends the block. */
export function commands(lines: readonly string[]): string {
  return [
    '```sh',
    ...lines.map((line) => printable(line).replaceAll('`', '?').slice(0, LONGEST)),
    '```',
  ].join('\n');
}
