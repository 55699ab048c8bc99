/** What moves a cursor, hides, turns text around or begins a line; halves of surrogate pairs, which are no text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_OR_SPACES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** Text of others for a terminal: each character that could move the cursor or fake lines is shown as `?`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '?');
}

/**
 * Text of others as part of a sentence: one line without control characters, of at most `longest` UTF-16 units; what
 * was cut off ends in `…`.
 */
export function oneLine(text: string, longest: number): string {
  const plain = text.replace(UNPRINTABLE_OR_SPACES, ' ').trim();
  if (plain.length <= longest) return plain;
  return `${plain.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
