import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Chain } from '../chain/chain.ts';
import type { Methods } from './method.ts';
import type { Params } from './params.ts';
import { RpcError } from './rpc-error.ts';
import { runtimeCall } from './state-methods.ts';

/** pallet-transaction-payment-rpc `Error::RuntimeError`. */
const RUNTIME_ERROR = 1;
const CLASSES = ['normal', 'operational', 'mandatory'];

/** `payment_*`: what the runtime says that an extrinsic costs. */
export function paymentMethods(chain: Chain): Methods {
  const payment = (params: Params, method: string, sentence: string) => {
    const extrinsic = fromHex(params.hex(0));
    const argument = concatBytes(extrinsic, encodeU32(extrinsic.length));
    const at = params.optionalHex(1);
    try {
      return answerReader(runtimeCall(chain, `TransactionPaymentApi_${method}`, argument, at), 'fee');
    } catch (error) {
      if (error instanceof RpcError) throw new RpcError(RUNTIME_ERROR, sentence, error.message);
      throw error;
    }
  };
  return {
    payment_queryInfo: (params) => {
      const reader = payment(params, 'query_info', 'Unable to query dispatch info.');
      const weight = { ref_time: Number(reader.compactBig()), proof_size: Number(reader.compactBig()) };
      return { weight, class: CLASSES[reader.u8()], partialFee: reader.u128().toString() };
    },
    payment_queryFeeDetails: (params) => {
      const reader = payment(params, 'query_fee_details', 'Unable to query fee details.');
      const fee = () => `0x${reader.u128().toString(16)}`;
      return {
        inclusionFee: reader.option(() => ({ baseFee: fee(), lenFee: fee(), adjustedWeightFee: fee() })),
      };
    },
  };
}
