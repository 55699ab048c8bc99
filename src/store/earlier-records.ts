import { z } from 'zod';
import type { EarlierRound } from '../domain/ports/ledger.ts';
import {
  account,
  block,
  count,
  hash,
  paraId,
  planck,
  scheme,
  signature,
  u32,
} from '../domain/records/fields.ts';
import { type RecordSchema, record } from '../domain/records/record.ts';
import { clock } from '../domain/records/round.ts';
import { STANCES } from '../domain/round/endorsement.ts';
import { CHOICES } from '../domain/round/round.ts';

/** Records of rounds that had no id, as formats up to 2 wrote them. They are only read, for the evidence of what was decided then. */

const place = { relayGenesis: hash, paraId, anchor: hash, round: u32 };
const signed = { ...place, proposal: hash, account, sequence: count, signature, scheme };

export const earlierProposal: RecordSchema<EarlierRound['proposals'][number]> = record(({ object }) =>
  object({
    ...place,
    hash,
    codeHash: hash,
    codeSize: count,
    runtime: object({ specName: z.string(), specVersion: u32 }),
    text: z.string(),
    proposer: account,
    signature,
    scheme,
    admittedAt: block,
  }),
);

export const earlierVote: RecordSchema<EarlierRound['votes'][number]> = record(({ object }) =>
  object({ ...signed, choice: z.enum(CHOICES), power: planck, admittedAt: block }),
);

export const earlierEndorsement: RecordSchema<EarlierRound['endorsements'][number]> = record(({ object }) =>
  object({ ...signed, stance: z.enum(STANCES), admittedAt: block }),
);

export const earlierRound: RecordSchema<
  Omit<EarlierRound, 'anchoredAt' | 'proposals' | 'endorsements' | 'votes'>
> = record(({ object, of }) =>
  object({ paraId, anchor: hash, round: u32, policy: hash, clock: of(clock), decidedAt: block }),
);
