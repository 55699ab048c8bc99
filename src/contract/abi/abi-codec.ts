import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import { type AbiParameter, elementOf, headWords, isDynamic } from './abi-types.ts';

/**
 * The Solidity ABI as far as the rescue contract uses it. Values: `bigint` for numbers, `boolean`, hex for `address`,
 * `bytesN` and `bytes`, text for `string`, arrays, and objects by field name for structs. Every word is 32 bytes;
 * numbers and addresses stand right, bytes left, the rest is zero. The source of the rules is the Solidity
 * documentation, "Contract ABI Specification".
 */
export interface EncodedArguments {
  /** One for each argument: its words in the head. */
  readonly heads: readonly Uint8Array[];
  /** What the offsets in the heads point into; they count from the first head. */
  readonly tail: Uint8Array;
}

const WORD = 32;
/** Arrays and byte strings that no answer of the contract exceeds. */
const MAX_LENGTH = 1 << 16;

/** @throws TypeError for values that do not fit their types */
export function encodeArguments(
  parameters: readonly AbiParameter[],
  values: readonly unknown[],
): EncodedArguments {
  if (values.length !== parameters.length) {
    throw new TypeError(`expected ${parameters.length} arguments, not ${values.length}`);
  }
  const headLength = WORD * parameters.reduce((sum, parameter) => sum + headWords(parameter), 0);
  const heads: Uint8Array[] = [];
  const tails: Uint8Array[] = [];
  let offset = headLength;
  for (const [index, parameter] of parameters.entries()) {
    const encoded = encodeValue(parameter, values[index]);
    if (!isDynamic(parameter)) {
      heads.push(encoded);
      continue;
    }
    heads.push(numberWord(BigInt(offset), 256));
    tails.push(encoded);
    offset += encoded.length;
  }
  return { heads, tail: concatBytes(...tails) };
}

export function encodeAll(parameters: readonly AbiParameter[], values: readonly unknown[]): Uint8Array {
  const { heads, tail } = encodeArguments(parameters, values);
  return concatBytes(...heads, tail);
}

/** Values by name; nameless ones by their position. @throws TypeError for anything that is no canonical encoding */
export function decodeAll(parameters: readonly AbiParameter[], data: Uint8Array): Record<string, unknown> {
  return decodeTuple(parameters, data, 0);
}

function encodeValue(parameter: AbiParameter, value: unknown): Uint8Array {
  const element = elementOf(parameter);
  if (element) {
    if (!Array.isArray(value)) throw mismatch(parameter, value);
    const items: unknown[] = value;
    return concatBytes(
      numberWord(BigInt(items.length), 256),
      encodeAll(
        items.map(() => element),
        items,
      ),
    );
  }
  const { type, components = [] } = parameter;
  if (type === 'tuple') {
    if (typeof value !== 'object' || value === null) throw mismatch(parameter, value);
    const fields = new Map<string, unknown>(Object.entries(value));
    return encodeAll(
      components,
      components.map(({ name }) => fields.get(name)),
    );
  }
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw mismatch(parameter, value);
    return numberWord(value ? 1n : 0n, 8);
  }
  if (type.startsWith('uint')) {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw mismatch(parameter, value);
    return numberWord(BigInt(value as number | bigint), Number(type.slice(4)));
  }
  if (typeof value !== 'string') throw mismatch(parameter, value);
  const bytes = type === 'string' ? encodeText(value) : fromHex(value);
  if (type === 'bytes' || type === 'string') {
    return concatBytes(numberWord(BigInt(bytes.length), 256), padRight(bytes));
  }
  const length = fixedLength(type);
  if (bytes.length !== length) throw mismatch(parameter, value);
  return type === 'address' ? concatBytes(new Uint8Array(WORD - length), bytes) : padRight(bytes);
}

function decodeTuple(
  parameters: readonly AbiParameter[],
  data: Uint8Array,
  start: number,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let head = start;
  for (const [index, parameter] of parameters.entries()) {
    const at = isDynamic(parameter) ? start + lengthAt(data, head) : head;
    values[parameter.name || String(index)] = decodeValue(parameter, data, at);
    head += WORD * headWords(parameter);
  }
  return values;
}

function decodeValue(parameter: AbiParameter, data: Uint8Array, at: number): unknown {
  const element = elementOf(parameter);
  if (element) {
    const length = lengthAt(data, at);
    const items = Array.from({ length }, (_, index) => ({ ...element, name: String(index) }));
    return Object.values(decodeTuple(items, data, at + WORD));
  }
  const { type, components = [] } = parameter;
  if (type === 'tuple') return decodeTuple(components, data, at);
  if (type === 'bytes' || type === 'string') {
    const bytes = slice(data, at + WORD, lengthAt(data, at));
    return type === 'bytes' ? toHex(bytes) : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  }
  const word = slice(data, at, WORD);
  if (type === 'bool' || type.startsWith('uint')) {
    const bits = type === 'bool' ? 1 : Number(type.slice(4));
    const value = BigInt(toHex(word));
    if (value >= 1n << BigInt(bits)) throw new TypeError(`${value} is no ${type}`);
    return type === 'bool' ? value === 1n : value;
  }
  const length = fixedLength(type);
  const [bytes, padding] =
    type === 'address'
      ? [word.subarray(WORD - length), word.subarray(0, WORD - length)]
      : [word.subarray(0, length), word.subarray(length)];
  if (padding.some((byte) => byte !== 0)) throw new TypeError(`${toHex(word)} is no ${type}`);
  return toHex(bytes);
}

function lengthAt(data: Uint8Array, at: number): number {
  const length = BigInt(toHex(slice(data, at, WORD)));
  if (length > MAX_LENGTH) throw new TypeError(`a length or offset of ${length} is too large`);
  return Number(length);
}

function slice(data: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > data.length) throw new TypeError(`${data.length} bytes are too few`);
  return data.subarray(at, at + length);
}

function numberWord(value: bigint, bits: number): Uint8Array {
  if (value < 0n || value >= 1n << BigInt(bits))
    throw new TypeError(`${value} does not fit into ${bits} bits`);
  return encodeLittle(value, WORD).reverse();
}

function padRight(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / WORD) * WORD);
  padded.set(bytes);
  return padded;
}

function fixedLength(type: string): number {
  if (type === 'address') return 20;
  const length = /^bytes(\d+)$/.exec(type)?.[1];
  if (length === undefined) throw new TypeError(`the type ${type} is not used by the rescue contract`);
  return Number(length);
}

function mismatch({ name, type }: AbiParameter, value: unknown): TypeError {
  return new TypeError(`${String(value)} is no ${type}${name ? ` for ${name}` : ''}`);
}
