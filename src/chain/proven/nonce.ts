import { encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import type { SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { BlockState, ProvenChain } from './proven-chain.ts';

const accountSchema = z.looseObject({ nonce: z.int().min(0) });

/**
 * The nonce of the next extrinsic of an account after a block, by its proven state; what waits in pools is not counted.
 * @throws as `ProvenChain`
 */
export async function provenNonce(
  node: RpcConnection,
  chain: ProvenChain,
  block: BlockState,
  account: AccountHex,
): Promise<number> {
  const batch = new StorageBatch(await chain.runtimeOf(node, block));
  const stored = batch.need(accountSchema, 'System', 'Account', encodeAddress(fromHex(account), 42));
  await batch.fetch(node, chain, block);
  return stored()?.nonce ?? 0;
}

type Sent = Pick<SignedExtrinsic, 'signer' | 'nonce' | 'death'>;

/**
 * Nonces of the extrinsics that this process signs on one chain: by proven state, and above those that it sent and that may
 * still be included. What others sent with the same key is not counted: nodes that tell of it could lie.
 */
export class Nonces {
  readonly #chain: ProvenChain;
  #waiting: Sent[] = [];

  constructor(chain: ProvenChain) {
    this.#chain = chain;
  }

  /** Remembers that an extrinsic was sent. */
  sent({ signer, nonce, death }: Sent): void {
    if (this.#waiting.some((known) => known.signer === signer && known.nonce === nonce)) return;
    this.#waiting.push({ signer, nonce, death });
  }

  /** The next nonce after a finalized block. @throws as `ProvenChain` */
  async next(node: RpcConnection, block: BlockState, account: AccountHex): Promise<number> {
    let nonce = await provenNonce(node, this.#chain, block, account);
    this.#waiting = this.#waiting.filter(
      (sent) => block.number < sent.death && (sent.signer !== account || sent.nonce >= nonce),
    );
    while (this.#waiting.some((sent) => sent.signer === account && sent.nonce === nonce)) nonce += 1;
    return nonce;
  }
}
