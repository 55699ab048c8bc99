import { decodeAddress } from '@polkadot/util-crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import { type Chain, propertiesOf } from '../chain/chain.ts';
import type { Methods } from './method.ts';
import type { Params } from './params.ts';
import { invalidParams } from './rpc-error.ts';
import { runtimeCall } from './state-methods.ts';

const CLASSES = ['normal', 'operational', 'mandatory'];

/** `system_*` and `payment_*`. */
export function systemMethods(chain: Chain): Methods {
  const { identity } = chain;
  const nextIndex = (params: Params) => {
    const account = accountOf(params.text(0));
    const answer = runtimeCall(chain, 'AccountNonceApi_account_nonce', account, null);
    return chain.pool.nextNonce(account, answerReader(answer, 'nonce').u32());
  };
  const payment = (params: Params, method: string) => {
    const extrinsic = fromHex(params.hex(0));
    return answerReader(
      runtimeCall(
        chain,
        `TransactionPaymentApi_${method}`,
        concatBytes(extrinsic, encodeU32(extrinsic.length)),
        params.optionalHex(1),
      ),
      'fee',
    );
  };
  return {
    system_name: () => 'pararescue-devnet',
    system_version: () => '0.1.0',
    system_chain: () => identity.name,
    system_chainType: () => 'Development',
    system_properties: () => propertiesOf(identity),
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_peers: () => [],
    system_nodeRoles: () => ['Full'],
    system_localPeerId: () => '12D3KooWDevnet',
    system_localListenAddresses: () => [],
    system_syncState: () => ({
      startingBlock: 0,
      currentBlock: chain.best.number,
      highestBlock: chain.best.number,
    }),
    system_accountNextIndex: nextIndex,
    account_nextIndex: nextIndex,
    system_dryRun: (params) =>
      toHex(
        runtimeCall(chain, 'BlockBuilder_apply_extrinsic', fromHex(params.hex(0)), params.optionalHex(1)),
      ),
    payment_queryInfo: (params) => {
      const reader = payment(params, 'query_info');
      const weight = { ref_time: Number(reader.compactBig()), proof_size: Number(reader.compactBig()) };
      return { weight, class: CLASSES[reader.u8()], partialFee: reader.u128().toString() };
    },
    payment_queryFeeDetails: (params) => {
      const reader = payment(params, 'query_fee_details');
      const fee = () => `0x${reader.u128().toString(16)}`;
      return {
        inclusionFee: reader.option(() => ({ baseFee: fee(), lenFee: fee(), adjustedWeightFee: fee() })),
      };
    },
  };
}

function accountOf(address: string): Uint8Array {
  try {
    return decodeAddress(address);
  } catch {
    throw invalidParams('parameter 1 must be an address');
  }
}
