/** Integers of up to 15 digits are exact as JavaScript numbers; genesis balances have more. */
const SAFE_DIGITS = 15;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;
/** Stands at both ends of a text that is a number: no chain spec holds this character. */
const MARK = '\ue000';
const MARKED = /^\ue000(-?\d+)\ue000$/;

/**
 * JSON whose large integers become bigints: what a chain spec says of balances must reach the runtime as it stands there.
 * @throws SyntaxError
 */
export function parseSpecJson(text: string): unknown {
  const marked = markLargeNumbers(text);
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, (_, value: unknown) => {
    const [, digits] = (typeof value === 'string' && MARKED.exec(value)) || [];
    return digits === undefined ? value : BigInt(digits);
  });
}

/** JSON in which bigints stand as plain numbers, as serde wants them. */
export function writeSpecJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'bigint' ? `${MARK}${entry}${MARK}` : entry,
  );
  return marked.replace(/"\ue000(-?\d+)\ue000"/g, '$1');
}

/** Goes from text to text, so that megabytes of hex are passed over at once. */
function markLargeNumbers(json: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < json.length) {
    const quote = json.indexOf('"', at);
    const between = json.slice(at, quote === -1 ? json.length : quote);
    pieces.push(between.replace(NUMBER, markNumber));
    if (quote === -1) break;
    at = endOfText(json, quote) + 1;
    pieces.push(json.slice(quote, at));
  }
  return pieces.join('');
}

function markNumber(number: string): string {
  const large = INTEGER.test(number) && number.replace('-', '').length > SAFE_DIGITS;
  return large ? `"${MARK}${number}${MARK}"` : number;
}

/** Where the quote is that ends the text which begins at `start`; the end of the JSON when it is cut off. */
function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return json.length;
}
