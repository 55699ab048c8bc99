import { z } from 'zod';
import type { CensusRecord } from '../round/census.ts';
import { bytes, count, hash } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const census: RecordSchema<CensusRecord> = record(({ object }) =>
  object({
    stateRoot: hash,
    maps: z.array(object({ prefix: bytes, after: bytes.nullable(), keys: count, done: z.boolean() })),
    nodes: count,
    bytes: count,
    complete: z.boolean(),
  }),
);
