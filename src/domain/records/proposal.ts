import { z } from 'zod';
import type { Proposal } from '../round/round.ts';
import { account, block, count, hash, paraId, scheme, signature, u32 } from './fields.ts';
import { type RecordSchema, record } from './record.ts';
import { trialSummary } from './trial.ts';

export const proposal: RecordSchema<Proposal> = record(({ object, of }) =>
  object({
    hash,
    relayGenesis: hash,
    paraId,
    anchor: hash,
    round: u32,
    roundId: hash,
    codeHash: hash,
    codeSize: count,
    runtime: object({ specName: z.string(), specVersion: u32 }),
    text: z.string(),
    proposer: account,
    signature,
    scheme,
    admittedAt: block,
    trial: of(trialSummary).optional(),
    changes: z.array(z.string()).optional(),
  }),
);
