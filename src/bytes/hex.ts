/** `0x`-prefixed lower-case hex. Only at borders, in JSON and as keys of maps; bytes are `Uint8Array` inside. */
export type Hex = `0x${string}`;

const HEX = /^0x(?:[0-9a-f]{2})*$/;
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Two characters a byte as they lie in memory, whatever the order of bytes in this machine's numbers. */
const PAIR_CODES = new Uint16Array(Uint8Array.from(PAIRS.join(''), (digit) => digit.charCodeAt(0)).buffer);
/** Value of a hex digit by its ASCII code; negative for everything else. */
const DIGITS = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}
/** Up to this many bytes joining pairs is quicker than calling a decoder. */
const SHORT = 24;
const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();
/** Where texts are taken apart; only longer ones need memory of their own. */
const SCRATCH = new Uint8Array(4096);

/** True for `0x` followed by an even number of lower-case hex digits. */
export function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && HEX.test(value);
}

/** Bytes as lower-case `0x` hex. */
export function toHex(bytes: Uint8Array): Hex {
  const { length } = bytes;
  if (length <= SHORT) {
    let digits = '';
    for (let at = 0; at < length; at++) digits += PAIRS[bytes[at] as number];
    return `0x${digits}`;
  }
  const codes = new Uint16Array(length);
  for (let at = 0; at < length; at++) codes[at] = PAIR_CODES[bytes[at] as number] as number;
  return `0x${DECODER.decode(codes)}`;
}

/**
 * Hex as bytes; upper case is accepted, because wallets and explorers print it.
 * @throws TypeError when the text is not hex; callers at a border turn it into a coded error.
 */
export function fromHex(text: string): Uint8Array {
  const { length } = text;
  const codes = length <= SCRATCH.length ? SCRATCH : new Uint8Array(length);
  const { read, written } = ENCODER.encodeInto(text, codes);
  if (length % 2 !== 0 || read !== length || written !== length || !/^0x/i.test(text)) throw notHex(text);
  const bytes = new Uint8Array(length / 2 - 1);
  let wrong = 0;
  for (let at = 0, from = 2; at < bytes.length; at++, from += 2) {
    const high = DIGITS[codes[from] as number] as number;
    const byte = (high << 4) | (DIGITS[codes[from + 1] as number] as number);
    wrong |= byte;
    bytes[at] = byte;
  }
  if (wrong < 0) throw notHex(text);
  return bytes;
}

function notHex(text: string): TypeError {
  return new TypeError(`not 0x-prefixed hex with whole bytes: ${text.slice(0, 20)}`);
}
