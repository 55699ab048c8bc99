import type { Call, RuntimeDispatchInfo } from '@polkadot/types/interfaces';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeLittle, encodeVec } from '../../bytes/scale.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';
import type { CallWeight } from './relay-calls.ts';

/** Version byte of an extrinsic of version 4 without a signature. */
const BARE_V4 = Uint8Array.of(4);

/**
 * The weight that the runtime gives `call` before it runs (`TransactionPaymentApi_query_info` of an extrinsic without a
 * signature, which every chain has; the call's own API is younger), computed here on the block's proven state.
 * @throws RESCUE_CHAIN_REFUSES when it gives none, and as `ProvenChain`
 */
export async function weighCall(
  node: RpcConnection,
  chain: ProvenChain,
  block: BlockState,
  call: Call,
): Promise<CallWeight> {
  const extrinsic = encodeVec(concatBytes(BARE_V4, call.toU8a()));
  const input = concatBytes(extrinsic, encodeLittle(extrinsic.length, 4));
  const { registry } = await chain.runtimeOfCalls(node, block);
  const outcome = await chain.call(node, block, 'TransactionPaymentApi_query_info', input);
  try {
    if (outcome.kind === 'panicked') throw outcome.panic;
    const { weight } = registry.createType('RuntimeDispatchInfo', outcome.result) as RuntimeDispatchInfo;
    return { refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() };
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The chain does not tell the weight of a call (${messageOf(cause).slice(0, 200)}).`,
      { cause },
    );
  }
}
