/** Text that is no JSON (RFC 8259), or holds what whoever reads it does not take. `offset` is in bytes. */
export class MalformedJson extends Error {
  override readonly name = 'MalformedJson';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
    this.offset = offset;
  }
}

/** Where a member of an object stands in the text: its name with the quotes, and its value. Ends are exclusive. */
export interface JsonMember {
  readonly name: string;
  readonly nameStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
/** Deeper than any chain spec. */
const DEEPEST = 256;
const LONGEST_NAME = 16_384;

/** The first byte from `at` on that is no white space; the length of the text at its end. */
function afterSpace(text: Uint8Array, at: number): number {
  let place = at;
  for (;;) {
    const byte = text[place];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return place;
    place += 1;
  }
}

/**
 * The members of the object that begins at `start`, one after the other; what their values hold is passed over and checked, but
 * not decoded, so that a text of hundreds of megabytes costs one pass and no memory.
 * @throws MalformedJson
 */
export function* membersOf(text: Uint8Array, start: number): Generator<JsonMember, number, void> {
  let at = expect(text, afterSpace(text, start), OPEN_OBJECT, 'an object');
  at = afterSpace(text, at);
  if (text[at] === CLOSE_OBJECT) return at + 1;
  for (;;) {
    const nameStart = at;
    const nameEnd = endOfString(text, nameStart);
    const valueStart = afterSpace(text, expect(text, afterSpace(text, nameEnd), COLON, 'a colon'));
    const valueEnd = endOfValue(text, valueStart);
    yield { name: stringAt(text, nameStart, nameEnd), nameStart, valueStart, valueEnd };
    at = afterSpace(text, valueEnd);
    if (text[at] === CLOSE_OBJECT) return at + 1;
    at = afterSpace(text, expect(text, at, COMMA, 'a comma'));
  }
}

/** The string that begins at `start`, decoded; null for another kind of value. @throws MalformedJson */
export function textAt(text: Uint8Array, start: number, end: number): string | null {
  if (text[start] !== QUOTE) return null;
  return stringAt(text, start, end);
}

/** Refuses anything but white space from `at` on. @throws MalformedJson */
export function expectEnd(text: Uint8Array, at: number): void {
  const end = afterSpace(text, at);
  if (end < text.length) throw new MalformedJson('the text goes on after its end', end);
}

function stringAt(text: Uint8Array, start: number, end: number): string {
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(start, end));
  try {
    return String(JSON.parse(raw));
  } catch {
    throw new MalformedJson('a string is broken', start);
  }
}

/** Where the value that begins at `start` ends. Objects and lists are walked without calls, so that none is too deep for the stack. */
function endOfValue(text: Uint8Array, start: number): number {
  /** For each open object true, for each open list false. */
  const open: boolean[] = [];
  let at = start;
  for (;;) {
    const byte = text[at];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (open.length === DEEPEST) throw new MalformedJson('it is nested too deeply', at);
      const isObject = byte === OPEN_OBJECT;
      const next = afterSpace(text, at + 1);
      if (text[next] !== (isObject ? CLOSE_OBJECT : CLOSE_LIST)) {
        open.push(isObject);
        at = isObject ? afterName(text, next) : next;
        continue;
      }
      at = next + 1;
    } else if (byte === QUOTE) at = endOfString(text, at);
    else at = endOfPlain(text, at);
    // A value is over: so may be what it stands in.
    for (;;) {
      const isObject = open.at(-1);
      if (isObject === undefined) return at;
      const next = afterSpace(text, at);
      if (text[next] === (isObject ? CLOSE_OBJECT : CLOSE_LIST)) {
        open.pop();
        at = next + 1;
        continue;
      }
      const following = afterSpace(text, expect(text, next, COMMA, 'a comma'));
      at = isObject ? afterName(text, following) : following;
      break;
    }
  }
}

function afterName(text: Uint8Array, at: number): number {
  const end = endOfString(text, at);
  if (end - at > LONGEST_NAME) throw new MalformedJson('a name is too long', at);
  return afterSpace(text, expect(text, afterSpace(text, end), COLON, 'a colon'));
}

function endOfString(text: Uint8Array, start: number): number {
  let at = expect(text, start, QUOTE, 'a string');
  for (;;) {
    const byte = text[at];
    if (byte === undefined) throw new MalformedJson('the text is cut off', text.length);
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) throw new MalformedJson('a string holds a control character', at);
    if (byte === BACKSLASH) {
      const sign = text[at + 1];
      if (sign === undefined) throw new MalformedJson('the text is cut off', text.length);
      const digits = sign === LETTER_U ? 4 : 0;
      const isKnown = ESCAPES.has(sign) && [...text.subarray(at + 2, at + 2 + digits)].every(isHexDigit);
      if (!isKnown) throw new MalformedJson('a string has an escape that does not exist', at);
      at += 2 + digits;
    } else at += 1;
  }
}

const LETTER_U = 0x75;
const ESCAPES = new Set([...'"\\/bfnrtu'].map((sign) => sign.charCodeAt(0)));

function isHexDigit(byte: number): boolean {
  return /[0-9a-fA-F]/.test(String.fromCharCode(byte));
}

/** Numbers, true, false and null. */
function endOfPlain(text: Uint8Array, start: number): number {
  let at = start;
  while (at - start < 1_000 && isPlain(text[at])) at += 1;
  const found = String.fromCharCode(...text.subarray(start, at));
  if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(found)) {
    throw new MalformedJson(start < text.length ? 'there is no value' : 'the text is cut off', start);
  }
  return at;
}

function isPlain(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte === 0x2b ||
      byte === 0x2d ||
      byte === 0x2e ||
      byte === 0x45)
  );
}

function expect(text: Uint8Array, at: number, byte: number, what: string): number {
  if (text[at] === byte) return at + 1;
  throw new MalformedJson(at < text.length ? `${what} is missing` : 'the text is cut off', at);
}
