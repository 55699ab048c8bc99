import { z } from 'zod';
import type { ScaleReader } from '../../../bytes/scale.ts';
import { ProofError } from '../../../proof/error.ts';
import { scaleReader } from '../../../proof/scale.ts';

/**
 * How a SCALE value is laid out, as plain JSON: what is left of a runtime's metadata after names of types are dropped.
 * Wrappers (tuples and structs with one unnamed field) are gone; `unknown` stands for what no adapter needs to read.
 */
export type Shape =
  | { readonly kind: 'uint'; readonly bytes: number }
  | { readonly kind: 'compact' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'blob' }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [name: string, shape: Shape])[] }
  | { readonly kind: 'option'; readonly of: Shape }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'array'; readonly of: Shape; readonly length: number }
  | {
      readonly kind: 'enum';
      readonly variants: readonly (readonly [index: number, name: string, shape: Shape])[];
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** A decoded value. Structs are plain objects, `null` is an option's None; unknown variants of an enum are an error. */
export type Decoded =
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly Decoded[]
  | DecodedVariant
  | { readonly [field: string]: Decoded };
export class DecodedVariant {
  readonly name: string;
  readonly value: Decoded;

  constructor(name: string, value: Decoded) {
    this.name = name;
    this.value = value;
  }
}

/** The shape that carries nothing, of enum variants without fields. */
export const NOTHING: Shape = { kind: 'struct', fields: [] };

const size = z.int().min(0).max(65_536);
const name = z
  .string()
  .max(100)
  .refine((text) => text !== '__proto__', 'is not a name');

/** For layouts that come from outside, such as those in evidence. */
export const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uint'), bytes: z.int().min(1).max(32) }),
    z.strictObject({ kind: z.literal('compact') }),
    z.strictObject({ kind: z.literal('bool') }),
    z.strictObject({ kind: z.literal('bytes'), length: size }),
    z.strictObject({ kind: z.literal('blob') }),
    z.strictObject({ kind: z.literal('struct'), fields: z.array(z.tuple([name, shapeSchema])).max(256) }),
    z.strictObject({ kind: z.literal('option'), of: shapeSchema }),
    z.strictObject({ kind: z.literal('list'), of: shapeSchema }),
    z.strictObject({ kind: z.literal('array'), of: shapeSchema, length: size }),
    z.strictObject({
      kind: z.literal('enum'),
      variants: z.array(z.tuple([z.int().min(0).max(255), name, shapeSchema])).max(256),
    }),
    z.strictObject({ kind: z.literal('unknown'), why: z.string().max(200) }),
  ]),
);

/** Bytes that every value of the shape has, or null when they vary. */
export function widthOf(shape: Shape): number | null {
  switch (shape.kind) {
    case 'uint':
      return shape.bytes;
    case 'bool':
      return 1;
    case 'bytes':
      return shape.length;
    case 'struct':
      return shape.fields.reduce<number | null>((sum, [, field]) => add(sum, widthOf(field)), 0);
    case 'array': {
      const width = widthOf(shape.of);
      return width === null ? null : width * shape.length;
    }
    case 'enum': {
      const widths = new Set(shape.variants.map(([, , value]) => widthOf(value)));
      const [width] = widths;
      return widths.size === 1 && width !== undefined ? add(1, width) : null;
    }
    default:
      return null;
  }
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/**
 * The value, from all of `bytes`.
 * @throws ProofError PROOF_BAD_ENCODING when the bytes do not have the shape, or go on after it.
 */
export function decodeShape(shape: Shape, bytes: Uint8Array, what: string): Decoded {
  const reader = scaleReader(bytes, what);
  const value = read(shape, reader, what);
  reader.end();
  return value;
}

function read(shape: Shape, reader: ScaleReader, what: string): Decoded {
  switch (shape.kind) {
    case 'uint':
      return littleEndian(reader.bytes(shape.bytes));
    case 'compact':
      return reader.compactBig();
    case 'bool':
      return tag(reader, what) === 1;
    case 'bytes':
      return reader.bytes(shape.length);
    case 'blob':
      return reader.bytes(reader.compact());
    case 'struct': {
      const fields: Record<string, Decoded> = {};
      for (const [field, of] of shape.fields) fields[field] = read(of, reader, what);
      return fields;
    }
    case 'option':
      return tag(reader, what) === 0 ? null : read(shape.of, reader, what);
    case 'list':
      return readList(shape.of, reader, reader.compact(), what);
    case 'array':
      return readList(shape.of, reader, shape.length, what);
    case 'enum': {
      const index = reader.u8();
      const variant = shape.variants.find(([number]) => number === index);
      if (variant === undefined) throw bad(`${what} has variant ${index}, which its enum lacks`);
      return new DecodedVariant(variant[1], read(variant[2], reader, what));
    }
    case 'unknown':
      throw bad(`${what} holds a part that cannot be decoded: ${shape.why}`);
  }
}

function readList(of: Shape, reader: ScaleReader, count: number, what: string): Decoded[] {
  // Every element takes at least a byte, so a lying count ends with the bytes; elements without bytes would not.
  if (count > 0 && widthOf(of) === 0) throw bad(`${what} has a list of elements without bytes`);
  const items: Decoded[] = [];
  for (let i = 0; i < count; i++) items.push(read(of, reader, what));
  return items;
}

function tag(reader: ScaleReader, what: string): 0 | 1 {
  const byte = reader.u8();
  if (byte !== 0 && byte !== 1) throw bad(`${what} has ${byte} where only 0 or 1 may stand`);
  return byte;
}

function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 16) return view.getBigUint64(0, true) | (view.getBigUint64(8, true) << 64n);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

function bad(message: string): ProofError {
  return new ProofError('PROOF_BAD_ENCODING', message);
}

/** `data.free` as `['data', 'free']`; the empty path is the value itself. */
function steps(path: string): string[] {
  return path === '' ? [] : path.split('.');
}

/** What lies at the path, going through options and into the elements of lists; null when nothing does. */
export function shapeAt(shape: Shape, path: string): Shape | null {
  let at: Shape = shape;
  for (const step of steps(path)) {
    at = inner(at);
    const field = at.kind === 'struct' ? at.fields.find(([field]) => field === step) : undefined;
    if (field === undefined) return null;
    at = field[1];
  }
  return inner(at);
}

function inner(shape: Shape): Shape {
  let at = shape;
  while (at.kind === 'option' || at.kind === 'list' || at.kind === 'array') at = at.of;
  return at;
}

export function isAmount(shape: Shape | null): boolean {
  return shape?.kind === 'uint' || shape?.kind === 'compact';
}

/** The amount at the path; the sum where it goes through a list, zero where an option is empty. */
export function amountAt(value: Decoded, path: string): bigint {
  return sum(value, steps(path));
}

function sum(value: Decoded, path: readonly string[]): bigint {
  if (value === null) return 0n;
  if (Array.isArray(value)) return value.reduce<bigint>((total, item) => total + sum(item, path), 0n);
  const [step, ...rest] = path;
  if (step === undefined) {
    if (typeof value === 'bigint') return value;
  } else {
    const field = fieldOf(value, step);
    if (field !== undefined) return sum(field, rest);
  }
  throw bad(`there is no amount at "${path.join('.')}"`);
}

/** A field of a struct; undefined when the value is none or lacks it. */
export function fieldOf(value: Decoded, name: string): Decoded | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value) || value instanceof Uint8Array || value instanceof DecodedVariant)
    return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, Decoded>)[name] : undefined;
}

/** The shape in a few words, for messages that show a difference. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'uint':
      return `u${shape.bytes * 8}`;
    case 'compact':
      return 'compact number';
    case 'bytes':
      return `${shape.length} bytes`;
    case 'struct':
      return `{ ${shape.fields.map(([field, of]) => `${field}: ${describeShape(of)}`).join(', ')} }`;
    case 'option':
      return `option of ${describeShape(shape.of)}`;
    case 'list':
    case 'array':
      return `list of ${describeShape(shape.of)}`;
    case 'enum':
      return `one of ${shape.variants.map(([, variant]) => variant).join(' | ')}`;
    case 'unknown':
      return `unreadable (${shape.why})`;
    default:
      return shape.kind;
  }
}
