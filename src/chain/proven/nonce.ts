import { encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import type { SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import { TOLD_MS } from '../nodes/told-blocks.ts';
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

type Sent = Pick<SignedExtrinsic, 'hash' | 'signer' | 'nonce' | 'death'>;

/** Nodes that speak of more extrinsics of one account than this in their pools are not listened to. */
const MOST_FOREIGN = 16;
const MOST_REMEMBERED = 256;
const toldSchema = z.int().min(0).max(0xffff_ffff);

/**
 * Nonces of the extrinsics that this process signs on one chain: by proven state, above those of its own that may still be
 * included, and above what all nodes say to have in their pools of others with the same key. A node's word alone moves
 * nothing up; where it is wrong, the worst is an extrinsic that gets lost and is signed anew.
 */
export class Nonces {
  readonly #endpoints: Endpoints;
  readonly #chain: ProvenChain;
  readonly #inFlight: () => Promise<readonly Sent[]>;
  #waiting: Sent[] = [];
  readonly #ended = new Set<Hex>();

  /** `inFlight`: what was signed in earlier lives of this process and is not known to have ended. */
  constructor(endpoints: Endpoints, chain: ProvenChain, inFlight: () => Promise<readonly Sent[]>) {
    this.#endpoints = endpoints;
    this.#chain = chain;
    this.#inFlight = inFlight;
  }

  /** Remembers that an extrinsic was sent. */
  sent({ hash, signer, nonce, death }: Sent): void {
    if (this.#waiting.some((known) => known.hash === hash) || this.#ended.has(hash)) return;
    this.#waiting.push({ hash, signer, nonce, death });
  }

  /** Forgets one that ended, whatever the journal says of it. */
  ended({ hash }: Pick<Sent, 'hash'>): void {
    this.#waiting = this.#waiting.filter((sent) => sent.hash !== hash);
    this.#ended.add(hash);
    const [oldest] = this.#ended;
    if (oldest !== undefined && this.#ended.size > MOST_REMEMBERED) this.#ended.delete(oldest);
  }

  /** The next nonce after a finalized block. @throws as `ProvenChain` */
  async next(block: BlockState, account: AccountHex): Promise<number> {
    const stored = await this.#endpoints.use((node) => provenNonce(node, this.#chain, block, account));
    this.#waiting = this.#waiting.filter(
      (sent) => block.number < sent.death && (sent.signer !== account || sent.nonce >= stored),
    );
    const own = [...this.#waiting, ...(await this.#inFlight())].filter(
      ({ hash, signer, death }) => signer === account && block.number < death && !this.#ended.has(hash),
    );
    let nonce = stored;
    while (own.some((sent) => sent.nonce === nonce)) nonce += 1;
    const told = await this.#lowestTold(account);
    return told !== null && told > nonce && told - nonce <= MOST_FOREIGN ? told : nonce;
  }

  /** What every node that answers agrees to have at least; null when only some of several do. */
  async #lowestTold(account: AccountHex): Promise<number | null> {
    const address = encodeAddress(fromHex(account), 42);
    const answers = await this.#endpoints.survey(
      (node) => node.ask(toldSchema, 'system_accountNextIndex', address),
      { ms: TOLD_MS },
    );
    const told = answers.flatMap((answer) => ('value' in answer ? [answer.value] : []));
    return told.length === answers.length && told.length > 0 ? Math.min(...told) : null;
  }
}
