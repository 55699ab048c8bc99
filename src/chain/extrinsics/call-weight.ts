import type { Call, RuntimeDispatchInfo } from '@polkadot/types/interfaces';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle, encodeVec } from '../../bytes/scale.ts';
import { messageOf } from '../../domain/errors.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import { hexSchema } from '../nodes/endpoints.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { CallWeight } from './relay-calls.ts';

/** Version byte of an extrinsic of version 4 without a signature. */
const BARE_V4 = Uint8Array.of(4);

/**
 * The weight that the runtime gives `call` before it runs (`TransactionPaymentApi_query_info` of an extrinsic without a
 * signature, which every chain has; the call's own API is younger).
 * @throws RESCUE_NODE_MALFORMED, RpcRefusal
 */
export async function weighCall(node: RpcConnection, runtime: ChainRuntime, call: Call): Promise<CallWeight> {
  const extrinsic = encodeVec(concatBytes(BARE_V4, call.toU8a()));
  const input = concatBytes(extrinsic, encodeLittle(extrinsic.length, 4));
  const answer = await node.ask(hexSchema, 'state_call', 'TransactionPaymentApi_query_info', toHex(input));
  try {
    const { weight } = runtime.registry.createType(
      'RuntimeDispatchInfo',
      fromHex(answer),
    ) as RuntimeDispatchInfo;
    return { refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() };
  } catch (error) {
    throw node.malformed(`the weight of a call cannot be decoded (${messageOf(error).slice(0, 200)})`, error);
  }
}
