import { z } from 'zod';
import { ProofError } from '../proof/error.js';
import { ScaleReader } from '../proof/scale.js';
export class DecodedVariant {
    name;
    value;
    constructor(name, value) {
        this.name = name;
        this.value = value;
    }
}
/** The shape that carries nothing, of enum variants without fields. */
export const NOTHING = { kind: 'struct', fields: [] };
const size = z.int().min(0).max(65_536);
const name = z
    .string()
    .max(100)
    .refine((text) => text !== '__proto__', 'is not a name');
/** For layouts that come from outside, such as those in evidence. */
export const shapeSchema = z.lazy(() => z.discriminatedUnion('kind', [
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
]));
/** Bytes that every value of the shape has, or null when they vary. */
export function widthOf(shape) {
    switch (shape.kind) {
        case 'uint':
            return shape.bytes;
        case 'bool':
            return 1;
        case 'bytes':
            return shape.length;
        case 'struct':
            return shape.fields.reduce((sum, [, field]) => add(sum, widthOf(field)), 0);
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
function add(a, b) {
    return a === null || b === null ? null : a + b;
}
/**
 * The value, from all of `bytes`.
 * @throws ProofError PROOF_BAD_ENCODING when the bytes do not have the shape, or go on after it.
 */
export function decodeShape(shape, bytes, what) {
    const reader = new ScaleReader(bytes, what);
    const value = read(shape, reader, what);
    reader.end();
    return value;
}
function read(shape, reader, what) {
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
            const fields = {};
            for (const [field, of] of shape.fields)
                fields[field] = read(of, reader, what);
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
            if (variant === undefined)
                throw bad(`${what} has variant ${index}, which its enum lacks`);
            return new DecodedVariant(variant[1], read(variant[2], reader, what));
        }
        case 'unknown':
            throw bad(`${what} holds a part that cannot be decoded: ${shape.why}`);
    }
}
function readList(of, reader, count, what) {
    // Every element takes at least a byte, so a lying count ends with the bytes; elements without bytes would not.
    if (count > 0 && widthOf(of) === 0)
        throw bad(`${what} has a list of elements without bytes`);
    const items = [];
    for (let i = 0; i < count; i++)
        items.push(read(of, reader, what));
    return items;
}
function tag(reader, what) {
    const byte = reader.u8();
    if (byte !== 0 && byte !== 1)
        throw bad(`${what} has ${byte} where only 0 or 1 may stand`);
    return byte;
}
function littleEndian(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length === 16)
        return view.getBigUint64(0, true) | (view.getBigUint64(8, true) << 64n);
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--)
        value = (value << 8n) | BigInt(bytes[i] ?? 0);
    return value;
}
function bad(message) {
    return new ProofError('PROOF_BAD_ENCODING', message);
}
/** `data.free` as `['data', 'free']`; the empty path is the value itself. */
function steps(path) {
    return path === '' ? [] : path.split('.');
}
/** What lies at the path, going through options and into the elements of lists; null when nothing does. */
export function shapeAt(shape, path) {
    let at = shape;
    for (const step of steps(path)) {
        at = inner(at);
        const field = at.kind === 'struct' ? at.fields.find(([field]) => field === step) : undefined;
        if (field === undefined)
            return null;
        at = field[1];
    }
    return inner(at);
}
function inner(shape) {
    let at = shape;
    while (at.kind === 'option' || at.kind === 'list' || at.kind === 'array')
        at = at.of;
    return at;
}
export function isAmount(shape) {
    return shape?.kind === 'uint' || shape?.kind === 'compact';
}
/** The amount at the path; the sum where it goes through a list, zero where an option is empty. */
export function amountAt(value, path) {
    return sum(value, steps(path));
}
function sum(value, path) {
    if (value === null)
        return 0n;
    if (Array.isArray(value))
        return value.reduce((total, item) => total + sum(item, path), 0n);
    const [step, ...rest] = path;
    if (step === undefined) {
        if (typeof value === 'bigint')
            return value;
    }
    else {
        const field = fieldOf(value, step);
        if (field !== undefined)
            return sum(field, rest);
    }
    throw bad(`there is no amount at "${path.join('.')}"`);
}
/** A field of a struct; undefined when the value is none or lacks it. */
export function fieldOf(value, name) {
    if (value === null || typeof value !== 'object')
        return undefined;
    if (Array.isArray(value) || value instanceof Uint8Array || value instanceof DecodedVariant)
        return undefined;
    return Object.hasOwn(value, name) ? value[name] : undefined;
}
/** The shape in a few words, for messages that show a difference. */
export function describeShape(shape) {
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
//# sourceMappingURL=shape.js.map