import { z } from 'zod';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeCompact, ScaleReader } from '../../bytes/scale.ts';
import type { Planck } from '../../domain/units.ts';
import { RELAY_CHAIN } from '../xcm.ts';
import type { ContractsChain } from './connect.ts';
import { callRuntime, hasRuntimeMethod } from './runtime-reads.ts';

const DESCEND_ORIGIN = 11;
const amount = z.union([z.string(), z.number()]).transform((value) => BigInt(value));
const assetsSchema = z.object({
  ok: z.looseObject({ v5: z.array(z.looseObject({ fun: z.object({ fungible: amount }) })) }),
});

/**
 * What the chain charges `account` for carrying `message` to the relay chain, by `XcmPaymentApi`; null when the chain
 * has no such API or does not answer it. pallet-xcm puts a `DescendOrigin` in front of a signed account's message.
 */
export async function deliveryFee(
  chain: ContractsChain,
  message: Uint8Array,
  account: Uint8Array,
): Promise<Planck | null> {
  if (!hasRuntimeMethod(chain, 'xcmPaymentApi', 'queryDeliveryFees')) return null;
  // Younger runtimes ask in which asset it is to be paid: here in the relay's token.
  const asset = { V5: { parents: 1, interior: 'Here' } };
  const args = [RELAY_CHAIN, descended(message, account), asset];
  const at = await chain.finalized();
  const result = await callRuntime(chain, 'xcmPaymentApi', 'queryDeliveryFees', args, at);
  const answer = assetsSchema.safeParse(result.toJSON());
  if (!answer.success) return null;
  return answer.data.ok.v5.reduce((sum, { fun }) => sum + fun.fungible, 0n);
}

/** With `DescendOrigin(AccountId32 { network: Some(…), id })` in front; the network counts two bytes. */
function descended(message: Uint8Array, account: Uint8Array): Uint8Array {
  const reader = new ScaleReader(message, 'message');
  const version = reader.view(1);
  const count = reader.compact();
  const junction = concatBytes(Uint8Array.of(1, 1, 1, 2), account); // X1, AccountId32, Some(Polkadot)
  return concatBytes(
    version,
    encodeCompact(count + 1),
    Uint8Array.of(DESCEND_ORIGIN),
    junction,
    reader.view(reader.remaining),
  );
}
