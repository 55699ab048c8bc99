import { z } from 'zod';
import type { ContractOptIn, OptIn, SignedOptIn } from '../round/round.ts';
import { account, address, count, hash, paraId, scheme, signature } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

const act = {
  paraId,
  action: z.enum(['opt-in', 'opt-out']),
  relayGenesis: hash,
  policy: hash,
  sequence: count,
};

export const signedOptIn: RecordSchema<SignedOptIn> = record(({ object }) =>
  object({ ...act, account, signature, scheme }),
);

export const contractOptIn: RecordSchema<ContractOptIn> = record(({ object }) =>
  object({ ...act, contract: object({ genesis: hash, address }) }),
);

export const optIn: RecordSchema<OptIn> = record(({ of }) => z.union([of(signedOptIn), of(contractOptIn)]));
