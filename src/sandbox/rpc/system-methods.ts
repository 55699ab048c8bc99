import { base58Encode, decodeAddress } from '@polkadot/util-crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { answerReader } from '../../executor/answer.ts';
import { type Chain, propertiesOf } from '../chain/chain.ts';
import { isWhole } from '../chain/pool.ts';
import { stateAt } from './block-views.ts';
import type { Methods } from './method.ts';
import { invalidParams, RpcError } from './rpc-error.ts';

/** frame-rpc-system `Error`. */
const RUNTIME_ERROR = 1;
const DECODE_ERROR = 2;
/** A libp2p identity of 36 bytes that holds an ed25519 key as protobuf. */
const PEER_ID_PREFIX = Uint8Array.of(0, 36, 8, 1, 18, 32);

/** `system_*`. */
export function systemMethods(chain: Chain): Methods {
  const { identity } = chain;
  // Nobody holds this key: there is no network to speak on. Clients only look at the form.
  const peerId = base58Encode(concatBytes(PEER_ID_PREFIX, fromHex(chain.genesisHash)));
  return {
    system_name: () => 'pararescue-devnet',
    system_version: () => '0.1.0',
    system_chain: () => identity.name,
    system_chainType: () => 'Development',
    system_properties: () => propertiesOf(identity),
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_peers: () => [],
    system_reservedPeers: () => [],
    system_nodeRoles: () => ['Full'],
    system_localPeerId: () => peerId,
    system_localListenAddresses: () => [],
    system_syncState: () => ({
      startingBlock: 0,
      currentBlock: chain.best.number,
      highestBlock: chain.best.number,
    }),
    system_accountNextIndex: (params) => {
      const account = accountOf(params.text(0));
      try {
        const answer = chain.call('AccountNonceApi_account_nonce', account);
        return chain.pool.nextNonce(account, answerReader(answer, 'nonce').u32());
      } catch (error) {
        throw new RpcError(RUNTIME_ERROR, 'Unable to query nonce.', wordsOf(error));
      }
    },
    system_dryRun: (params) => {
      const extrinsic = fromHex(params.hex(0));
      if (!isWhole(extrinsic))
        throw new RpcError(
          DECODE_ERROR,
          'Unable to dry run extrinsic',
          'its length is not the one it begins with',
        );
      const { block } = stateAt(chain, params.optionalHex(1));
      try {
        return toHex(chain.dryRun(extrinsic, block));
      } catch (error) {
        throw new RpcError(RUNTIME_ERROR, 'Unable to dry run extrinsic.', wordsOf(error));
      }
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function accountOf(address: string): Uint8Array {
  try {
    return decodeAddress(address);
  } catch {
    throw invalidParams('parameter 1 must be an address');
  }
}
