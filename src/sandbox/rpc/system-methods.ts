import { decodeAddress } from '@polkadot/util-crypto';
import { concat, fromHex, toHex } from '../../executor/bytes.ts';
import { ScaleReader, u32 } from '../../executor/scale.ts';
import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
import type { Params } from './params.ts';
import { invalidParams, RpcError } from './rpc-error.ts';
import { runtimeCall } from './state-methods.ts';

const CLASSES = ['normal', 'operational', 'mandatory'];

/** `system_*`, `payment_*` and what is left of `offchain_*` and GRANDPA. */
export function systemMethods(chain: Chain): Methods {
  const { identity } = chain;
  const nextIndex = (params: Params) => {
    const account = accountOf(params.text(0));
    const answer = new ScaleReader(runtimeCall(chain, 'AccountNonceApi_account_nonce', account, null)).u32();
    return chain.pool.nextNonce(account, answer);
  };
  const payment = (params: Params, method: string) => {
    const extrinsic = fromHex(params.hex(0));
    return new ScaleReader(
      runtimeCall(
        chain,
        `TransactionPaymentApi_${method}`,
        concat(extrinsic, u32(extrinsic.length)),
        params.optionalHex(1),
      ),
    );
  };
  return {
    system_name: () => 'pararescue-devnet',
    system_version: () => '0.1.0',
    system_chain: () => identity.name,
    system_chainType: () => 'Development',
    system_properties: () => ({
      ss58Format: identity.ss58Format,
      tokenDecimals: identity.tokenDecimals,
      tokenSymbol: identity.tokenSymbol,
    }),
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
      const weight = { ref_time: reader.compact(), proof_size: reader.compact() };
      return { weight, class: CLASSES[reader.u8()], partialFee: u128(reader).toString() };
    },
    payment_queryFeeDetails: (params) => {
      const reader = payment(params, 'query_fee_details');
      const fee = () => `0x${u128(reader).toString(16)}`;
      return {
        inclusionFee: reader.option(() => ({ baseFee: fee(), lenFee: fee(), adjustedWeightFee: fee() })),
      };
    },
    grandpa_proveFinality: () => {
      throw new RpcError(1, 'GRANDPA RPC endpoint not ready', 'not available: finality is not voted on here');
    },
  };
}

function u128(reader: ScaleReader): bigint {
  const low = reader.u64();
  return low + (reader.u64() << 64n);
}

function accountOf(address: string): Uint8Array {
  try {
    return decodeAddress(address);
  } catch {
    throw invalidParams('parameter 1 must be an address');
  }
}
