import { z } from 'zod';
import type { ContractOptIn, JointOptIn, ManagerOptIn, OptIn, SignedOptIn } from '../round/round.ts';
import { account, address, block, count, hash, paraId } from './fields.ts';
import { type RecordSchema, record } from './record.ts';
import { jointSignature, ownSignature } from './signature.ts';

const act = {
  paraId,
  action: z.enum(['opt-in', 'opt-out']),
  relayGenesis: hash,
  policy: hash,
  sequence: count,
  whileStopped: block.optional(),
};

export const signedOptIn: RecordSchema<SignedOptIn> = record(({ object }) =>
  object({ ...act, account, ...ownSignature }),
);

export const jointOptIn: RecordSchema<JointOptIn> = record(({ object }) =>
  object({ ...act, account, ...jointSignature({ object }) }),
);

/** What a manager's side sends. */
export const managerOptIn: RecordSchema<ManagerOptIn> = record(({ of }) =>
  z.union([of(signedOptIn), of(jointOptIn)]),
);

export const contractOptIn: RecordSchema<ContractOptIn> = record(({ object }) =>
  object({ ...act, contract: object({ genesis: hash, address }) }),
);

export const optIn: RecordSchema<OptIn> = record(({ of }) => z.union([of(managerOptIn), of(contractOptIn)]));
