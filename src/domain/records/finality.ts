import { z } from 'zod';
import { CHECKPOINT_SOURCES, type Checkpoint, type FinalityView, TRUSTS } from '../chain/trust.ts';
import type { FinalizedRecord, FollowedRecord, SetEnd } from '../ports/finality.ts';
import { block, bytes, count, epochMs, hash, u64Text } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

const setId = u64Text.transform((text) => BigInt(text));
const source = z.enum(CHECKPOINT_SOURCES);

export const checkpoint: RecordSchema<Checkpoint> = record(({ object }) =>
  object({ number: block, hash, setId, authorities: bytes, source }),
);

export const followedRecord: RecordSchema<FollowedRecord> = record(({ object, of }) =>
  object({
    genesis: hash,
    checkpoint: of(checkpoint),
    setId,
    authorities: bytes,
    since: block,
    next: object({ after: block, authorities: bytes }).nullable(),
  }),
);

export const finalizedRecord: RecordSchema<FinalizedRecord> = record(({ object }) =>
  object({ number: block, hash }),
);

export const setEnd: RecordSchema<SetEnd> = record(({ object }) =>
  object({ number: block, hash, setId, checkpoint: hash }),
);

export const finalityView: RecordSchema<FinalityView> = record(({ object }) =>
  object({
    trust: z.enum(TRUSTS),
    actable: z.boolean(),
    block: block.nullable(),
    verified: block.nullable(),
    since: epochMs.nullable(),
    blockTime: epochMs.nullable(),
    setId: setId.nullable(),
    voters: count.nullable(),
    checkpoint: object({ number: block, hash, setId, source }).nullable(),
    agreement: count.nullable(),
    trouble: z.string().nullable(),
  }),
);
