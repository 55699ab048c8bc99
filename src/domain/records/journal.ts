import { z } from 'zod';
import type { SignedExtrinsic } from '../chain/extrinsics.ts';
import type { JournalEntry } from '../ports/journal.ts';
import { account, block, bytes, count, hash } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const signedExtrinsic: RecordSchema<SignedExtrinsic> = record(({ object }) =>
  object({
    bytes,
    hash,
    signer: account.nullable(),
    nonce: count,
    birth: block,
    death: block,
    callHash: hash,
    method: z.string(),
  }),
);

export const journalEntry: RecordSchema<JournalEntry> = record(({ object, of }) =>
  object({
    key: z.string(),
    status: z.enum(['signed', 'sent', 'done', 'failed']),
    extrinsic: of(signedExtrinsic),
    lost: z.array(of(signedExtrinsic)),
    note: z.string().nullable(),
    resumed: count.optional(),
  }),
);
