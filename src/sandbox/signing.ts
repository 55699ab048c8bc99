import type { IKeyringPair } from '@polkadot/types/types';
import type { SignableCall } from '../blocks/chain-types.ts';
import type { Hex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { Chain } from './chain/chain.ts';

/** An account whose key is at hand. */
export interface Signer {
  /** Account id. */
  readonly account: Hex;
  readonly address: string;
  readonly pair: IKeyringPair;
}

/** An extrinsic with the signer's next nonce, counting what waits in the pool and `ahead` more. */
export function signedBy(chain: Chain, call: SignableCall, signer: Signer, ahead = 0): Uint8Array {
  const { publicKey } = signer.pair;
  const types = chain.typesOf();
  const account = types.read(chain.stateOf(chain.best), 'system', 'account', publicKey);
  const nonce = Number((account?.toJSON() as { nonce?: number } | null)?.nonce ?? 0);
  return types.signed(call, signer.pair, {
    genesisHash: chain.genesisHash,
    nonce: chain.pool.nextNonce(publicKey, nonce) + ahead,
  });
}

/** Signs and submits to the pool, as any client would. Throws RESCUE_CHAIN_REFUSES when the pool refuses. */
export function submitSigned(chain: Chain, call: SignableCall, signer: Signer): void {
  const result = chain.pool.submit(signedBy(chain, call, signer));
  if (!result.ok) throw new RescueError('RESCUE_CHAIN_REFUSES', `${result.message}: ${result.data}`);
}
