import { z } from 'zod';
/**
 * How a SCALE value is laid out, as plain JSON: what is left of a runtime's metadata after names of types are dropped.
 * Wrappers (tuples and structs with one unnamed field) are gone; `unknown` stands for what no adapter needs to read.
 */
export type Shape = {
    readonly kind: 'uint';
    readonly bytes: number;
} | {
    readonly kind: 'compact';
} | {
    readonly kind: 'bool';
} | {
    readonly kind: 'bytes';
    readonly length: number;
} | {
    readonly kind: 'blob';
} | {
    readonly kind: 'struct';
    readonly fields: readonly (readonly [name: string, shape: Shape])[];
} | {
    readonly kind: 'option';
    readonly of: Shape;
} | {
    readonly kind: 'list';
    readonly of: Shape;
} | {
    readonly kind: 'array';
    readonly of: Shape;
    readonly length: number;
} | {
    readonly kind: 'enum';
    readonly variants: readonly (readonly [index: number, name: string, shape: Shape])[];
} | {
    readonly kind: 'unknown';
    readonly why: string;
};
/** A decoded value. Structs are plain objects, `null` is an option's None; unknown variants of an enum are an error. */
export type Decoded = bigint | boolean | null | Uint8Array | readonly Decoded[] | DecodedVariant | {
    readonly [field: string]: Decoded;
};
export declare class DecodedVariant {
    readonly name: string;
    readonly value: Decoded;
    constructor(name: string, value: Decoded);
}
/** The shape that carries nothing, of enum variants without fields. */
export declare const NOTHING: Shape;
/** For layouts that come from outside, such as those in evidence. */
export declare const shapeSchema: z.ZodType<Shape>;
/** Bytes that every value of the shape has, or null when they vary. */
export declare function widthOf(shape: Shape): number | null;
/**
 * The value, from all of `bytes`.
 * @throws ProofError PROOF_BAD_ENCODING when the bytes do not have the shape, or go on after it.
 */
export declare function decodeShape(shape: Shape, bytes: Uint8Array, what: string): Decoded;
/** What lies at the path, going through options and into the elements of lists; null when nothing does. */
export declare function shapeAt(shape: Shape, path: string): Shape | null;
export declare function isAmount(shape: Shape | null): boolean;
/** The amount at the path; the sum where it goes through a list, zero where an option is empty. */
export declare function amountAt(value: Decoded, path: string): bigint;
/** A field of a struct; undefined when the value is none or lacks it. */
export declare function fieldOf(value: Decoded, name: string): Decoded | undefined;
/** The shape in a few words, for messages that show a difference. */
export declare function describeShape(shape: Shape): string;
