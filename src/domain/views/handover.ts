import { z } from 'zod';
import { HANDOVER_CHAINS, type Handover } from '../chain/handover.ts';
import { account, bytes, count, hash, known } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';

export const handover: RecordSchema<Handover> = record(({ object }) =>
  object({
    title: z.string(),
    effect: z.string(),
    chain: known(z.enum(HANDOVER_CHAINS)),
    method: z.string(),
    args: z.record(z.string(), z.unknown()),
    callHash: hash,
    length: count,
    data: bytes,
    by: account.nullable(),
    multisig: object({
      signatories: z.array(account),
      threshold: count,
      approvals: z.array(account),
    }).nullable(),
    link: z.string().nullable(),
    hints: z.array(z.string()),
    commands: z.array(object({ by: account.nullable(), command: z.string() })),
  }),
);
