import { toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { nameOf } from './names.ts';
import type { TypeField, Types } from './types.ts';

const LONGEST = 160;
const DEEPEST = 16;
/** Values within one that are read before it is shown as hex. */
const MOST_VALUES = 2_000;
/** Differences within one value that are shown. */
const MOST_DIFFERENCES = 12;

/** A plain value, or named or numbered parts. */
type Value =
  | string
  | { readonly isList: boolean; readonly parts: readonly (readonly [name: string, value: Value])[] };

/** A value as people write it, by its type; as hex where that does not fit. */
export function valueText(types: Types, id: number, bytes: Uint8Array): string {
  const value = decoded(types, id, bytes);
  const text = value === null ? null : written(value);
  if (text !== null && text.length <= LONGEST) return text;
  const hex = toHex(bytes.subarray(0, LONGEST / 4));
  return bytes.length > LONGEST / 4 ? `${hex}… (${bytes.length} bytes)` : hex;
}

/** How a value differs from another one: part by part where they are of the same parts. */
export function valueChanges(
  before: { readonly types: Types; readonly id: number; readonly bytes: Uint8Array },
  after: { readonly types: Types; readonly id: number; readonly bytes: Uint8Array },
): string[] {
  const [old, now] = [
    decoded(before.types, before.id, before.bytes),
    decoded(after.types, after.id, after.bytes),
  ];
  const [text, next] = [before, after].map(({ types, id, bytes }) => valueText(types, id, bytes));
  const isShort =
    old !== null && now !== null && written(old).length <= LONGEST && written(now).length <= LONGEST;
  if (isShort || old === null || now === null) return [`${text} → ${next}`];
  const found: string[] = [];
  compare(old, now, '', found);
  return found.length > MOST_DIFFERENCES
    ? [...found.slice(0, MOST_DIFFERENCES), `and ${found.length - MOST_DIFFERENCES} more parts`]
    : found;
}

function compare(old: Value, now: Value, way: string, found: string[]): void {
  if (typeof old === 'string' || typeof now === 'string') {
    const [text, next] = [shortened(written(old)), shortened(written(now))];
    if (written(old) !== written(now)) found.push(`${way === '' ? '' : `${way}: `}${text} → ${next}`);
    return;
  }
  const others = new Map(now.parts);
  const at = (name: string) => (way === '' ? name : `${way}.${name}`);
  for (const [name, value] of old.parts) {
    const other = others.get(name);
    others.delete(name);
    if (other === undefined) found.push(`${at(name)} is gone, ${shortened(written(value))} before`);
    else compare(value, other, at(name), found);
  }
  for (const [name, value] of others) found.push(`${at(name)} is new, ${shortened(written(value))}`);
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function written(value: Value): string {
  if (typeof value === 'string') return value;
  if (value.isList) return `[${value.parts.map(([, part]) => written(part)).join(', ')}]`;
  const [first] = value.parts;
  if (first && value.parts.length === 1 && /^\d+$/.test(first[0])) return written(first[1]);
  return `{ ${value.parts.map(([name, part]) => `${name}: ${written(part)}`).join(', ')} }`;
}

/** Null for what cannot be read by its type, or holds too much. */
function decoded(types: Types, id: number, bytes: Uint8Array): Value | null {
  try {
    const reader = new ScaleReader(bytes, 'value');
    const value = valueReader(types, reader)(id, 0);
    return reader.remaining === 0 ? value : null;
  } catch (error) {
    if (error instanceof MalformedBytes || error instanceof TooMuch) return null;
    throw error;
  }
}

class TooMuch extends Error {}

function valueReader(types: Types, reader: ScaleReader): (id: number, depth: number) => Value {
  let values = 0;
  const isByte = (id: number): boolean => {
    const shape = types.get(id)?.shape;
    return shape?.kind === 'primitive' && shape.name === 'u8';
  };
  const fields = (all: readonly TypeField[], depth: number): Value => {
    const parts = all.map(
      ({ name, type }, at) => [name === null ? String(at) : nameOf(name), read(type, depth + 1)] as const,
    );
    return parts.length === 1 && parts[0] ? parts[0][1] : { isList: false, parts };
  };
  const many = (count: number, of: number, depth: number): Value => {
    if (isByte(of)) return bytesText(reader.view(count));
    if (count > MOST_VALUES) throw new TooMuch();
    return {
      isList: true,
      parts: Array.from({ length: count }, (_, at) => [String(at), read(of, depth + 1)] as const),
    };
  };
  const read = (id: number, depth: number): Value => {
    values += 1;
    const shape = types.get(id)?.shape;
    if (!shape || depth > DEEPEST || values > MOST_VALUES) throw new TooMuch();
    switch (shape.kind) {
      case 'primitive':
        return primitive(reader, shape.name);
      case 'compact':
        return grouped(reader.compactBig());
      case 'composite':
        return fields(shape.fields, depth);
      case 'variant': {
        const index = reader.u8();
        const variant = shape.variants.find((one) => one.index === index);
        if (!variant) throw reader.malformed(`has no variant ${index}`);
        if (variant.fields.length === 0) return nameOf(variant.name);
        return { isList: false, parts: [[nameOf(variant.name), fields(variant.fields, depth)]] };
      }
      case 'sequence':
        return many(reader.compact(), shape.of, depth);
      case 'array':
        return many(shape.length, shape.of, depth);
      case 'tuple':
        return { isList: true, parts: shape.of.map((of, at) => [String(at), read(of, depth + 1)] as const) };
      case 'bits':
        throw new TooMuch();
    }
  };
  return read;
}

/** Names of pallets, and ids of them, are text. */
function bytesText(bytes: Uint8Array): string {
  const isText = bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? JSON.stringify(oneLine(new TextDecoder().decode(bytes), LONGEST)) : toHex(bytes);
}

function primitive(reader: ScaleReader, name: string): string {
  if (name === 'bool') return String(reader.u8() === 1);
  if (name === 'str') return JSON.stringify(oneLine(reader.string(), LONGEST));
  if (name === 'char') return String(reader.u32());
  const bits = Number(name.slice(1));
  const value = reader.littleBig(bits / 8);
  return grouped(name.startsWith('i') ? BigInt.asIntN(bits, value) : value);
}

/** 12345678 as 12,345,678. */
function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
