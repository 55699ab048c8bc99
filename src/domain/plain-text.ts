/** What moves a cursor, hides, turns text around or begins a line; halves of surrogate pairs, which are no text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_OR_SPACES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** Text of others for a terminal: each character that could move the cursor or fake lines is shown as `?`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '?');
}

/** As `printable`, for text of several lines, such as a list of faults or a stack. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON with everything unprintable written as escapes, which its reader turns back; line ends between values stay. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
          .join(''),
  );
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
