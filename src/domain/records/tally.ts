import { z } from 'zod';
import { count, hash, planck } from './fields.ts';

/** What the votes for a proposal add up to, wherever that is told or kept. */
export const tallyFields = {
  proposal: hash,
  ayes: planck,
  nays: planck,
  abstains: planck,
  votes: count,
  electorate: planck,
  approved: z.boolean(),
  quorate: z.boolean(),
};
