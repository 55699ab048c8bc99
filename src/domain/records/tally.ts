import { z } from 'zod';
import { DECIDERS } from '../policy/collator-rules.ts';
import type { CollatorTally } from '../round/collators.ts';
import { count, hash, planck } from './fields.ts';
import { type Parts, type RecordSchema, record } from './record.ts';

const collatorTally: RecordSchema<CollatorTally> = record(({ object }) =>
  object({
    decide: z.enum(DECIDERS),
    size: count,
    needed: count,
    ayes: count,
    nays: count,
    abstains: count,
    approved: z.boolean(),
  }),
);

/** What the votes for a proposal add up to, wherever that is told or kept. */
export const tallyFields = ({ of }: Parts) => ({
  proposal: hash,
  ayes: planck,
  nays: planck,
  abstains: planck,
  votes: count,
  electorate: planck,
  approved: z.boolean(),
  quorate: z.boolean(),
  collators: of(collatorTally).optional(),
});
