import { z } from 'zod';
import type { KnownAuthorisation } from '../ports/authorisations.ts';
import { block, hash } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** Null: the last one is over, or was used. */
export const authorisationTold: RecordSchema<{ readonly known: KnownAuthorisation | null }> = record(
  ({ object }) =>
    object({ known: object({ codeHash: hash, expireAt: block, warned: z.boolean() }).nullable() }),
);
