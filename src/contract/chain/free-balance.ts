import { z } from 'zod';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';
import { readStorage } from './runtime-reads.ts';

const freeSchema = z.looseObject({
  data: z.looseObject({ free: z.union([z.string(), z.number()]).transform((value) => BigInt(value)) }),
});

/** Free balance of an account of the contracts chain, in planck, at block `at`; zero for one that is not there. */
export async function freeBalance(chain: ContractsChain, account: AccountHex, at: Hex): Promise<Planck> {
  const funds = await readStorage(chain, 'system', 'account', [account], at);
  return funds === null ? 0n : freeSchema.parse(funds.toJSON()).data.free;
}
