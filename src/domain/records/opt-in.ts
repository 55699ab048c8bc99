import { z } from 'zod';
import type { ContractOptIn, JointOptIn, ManagerOptIn, OptIn, SignedOptIn } from '../round/round.ts';
import { account, address, block, count, hash, paraId, scheme, signature } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

const act = {
  paraId,
  action: z.enum(['opt-in', 'opt-out']),
  relayGenesis: hash,
  policy: hash,
  sequence: count,
  whileStopped: block.optional(),
};

export const signedOptIn: RecordSchema<SignedOptIn> = record(({ object }) =>
  object({ ...act, account, signature, scheme }),
);

/** Most signatures of one act: as many as a multisig has signatories. */
const MOST = 100;

export const jointOptIn: RecordSchema<JointOptIn> = record(({ object }) =>
  object({
    ...act,
    account,
    multisig: object({
      signatories: z.array(account).max(MOST),
      threshold: z.int().min(1).max(MOST),
    }).nullable(),
    signatures: z.array(object({ account, signature, scheme })).max(MOST),
  }),
);

/** What a manager's side sends. */
export const managerOptIn: RecordSchema<ManagerOptIn> = record(({ of }) =>
  z.union([of(signedOptIn), of(jointOptIn)]),
);

export const contractOptIn: RecordSchema<ContractOptIn> = record(({ object }) =>
  object({ ...act, contract: object({ genesis: hash, address }) }),
);

export const optIn: RecordSchema<OptIn> = record(({ of }) => z.union([of(managerOptIn), of(contractOptIn)]));
