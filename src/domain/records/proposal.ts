import { z } from 'zod';
import type { Proposal } from '../round/round.ts';
import { account, block, count, hash, paraId, u32 } from './fields.ts';
import { type Parts, type RecordSchema, record } from './record.ts';
import { jointSignature, ownSignature } from './signature.ts';
import { trialSummary } from './trial.ts';

const proposed = ({ object, of }: Parts) => ({
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
  admittedAt: block,
  trial: of(trialSummary).optional(),
  changes: z.array(z.string()).optional(),
});

export const proposal: RecordSchema<Proposal> = record((parts) =>
  z.union([
    parts.object({ ...proposed(parts), ...ownSignature }),
    parts.object({ ...proposed(parts), ...jointSignature(parts) }),
  ]),
);
