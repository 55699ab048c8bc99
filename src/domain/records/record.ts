import { z } from 'zod';

/**
 * A record, written once for every border. `strict` refuses members that it does not know: the database, whose format
 * number changes with its records, and request bodies. `tolerant` drops them: answers of a service that may be newer
 * than who asks. Of the known members both check the same.
 */
export interface RecordSchema<T> {
  readonly strict: z.ZodType<T>;
  readonly tolerant: z.ZodType<T>;
  /** Never there. It makes the compiler refuse a schema that lacks a member of `T`, even an optional one. */
  readonly exact?: (value: Plain<T>) => Plain<T>;
}

/** `T` with every member required and every list read-only, however deep. */
type Plain<T> = T extends readonly (infer Entry)[]
  ? readonly Plain<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Plain<T[Key]> }
    : T;

/** What a record is built with: each of its objects comes from here, so that none is stricter than the others. */
export interface Parts {
  object<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape>;
  /** Another record as a part of this one. */
  of<T>(record: RecordSchema<T>): z.ZodType<T>;
  /** A member that is missing in records of earlier versions, and of which later ones may know other values. */
  ifKnown<T>(schema: z.ZodType<T>): z.ZodType<T | undefined>;
}

const STRICT: Parts = {
  object: (shape) => z.strictObject(shape),
  of: ({ strict }) => strict,
  ifKnown: (schema) => schema.optional(),
};
const TOLERANT: Parts = {
  object: (shape) => z.object(shape),
  of: ({ tolerant }) => tolerant,
  ifKnown: (schema) => schema.optional().catch(undefined),
};

/** Builds both forms from one description. */
export function record<T>(build: (parts: Parts) => z.ZodType<T>): RecordSchema<T> {
  return { strict: build(STRICT), tolerant: build(TOLERANT) };
}
