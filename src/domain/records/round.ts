import { z } from 'zod';
import type { RoundRecord } from '../ports/ledger.ts';
import type { RoundClock } from '../round/tally.ts';
import { block, hash, paraId, u32 } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const clock: RecordSchema<RoundClock> = record(({ object }) =>
  object({ openedAt: block, closesAt: block, quorateSince: block.nullable(), extended: z.boolean() }),
);

export const endedRound: RecordSchema<RoundRecord> = record(({ object, of }) =>
  object({
    paraId,
    roundId: hash,
    anchor: hash,
    anchoredAt: block,
    opening: block,
    round: u32,
    policy: hash,
    clock: of(clock),
    decidedAt: block,
  }),
);
