import { encodeU64 } from '../src/bytes/scale.ts';
import { RescueError } from '../src/domain/errors.ts';
import { RuntimePanic } from '../src/executor/panic.ts';
import type { Block } from '../src/sandbox/chain/block.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import type { SignableCall } from '../src/sandbox/chain/chain-types.ts';
import type { Candidate, Collator } from './collator.ts';
import type { DevAccount } from './keys.ts';
import type { Validators } from './validators.ts';

/** A relay block, and the blocks that it included by para id. */
interface Round {
  readonly relay: Block;
  readonly included: ReadonlyMap<number, Block>;
}

/** What the network's nodes do in each relay block: collate, vote, include, finalize. */
export class Producer {
  /** Relay blocks by which finality lags behind. */
  finalityLag = 0;
  readonly #relay: Chain;
  readonly #collators: readonly Collator[];
  readonly #validators: Validators;
  readonly #sudo: DevAccount;
  readonly #onCollationFailed: (panic: RuntimePanic, paraId: number) => void;
  /** Milliseconds by which the chains' clock is ahead of the wall's; see `Network.passTime`. */
  ahead = 0;
  #lastMoment = 0;

  constructor(setting: {
    readonly relay: Chain;
    readonly collators: readonly Collator[];
    readonly validators: Validators;
    readonly sudo: DevAccount;
    readonly onCollationFailed: (panic: RuntimePanic, paraId: number) => void;
  }) {
    this.#relay = setting.relay;
    this.#collators = setting.collators;
    this.#validators = setting.validators;
    this.#sudo = setting.sudo;
    this.#onCollationFailed = setting.onCollationFailed;
  }

  /** Throws RuntimePanic when the relay's runtime cannot build its block. */
  produce(): Round {
    const now = this.#moment();
    const candidates = this.#collators.flatMap((collator) => {
      const candidate = this.#collate(collator, now);
      return candidate === null ? [] : [{ collator, candidate }];
    });
    const chain = this.#relay;
    const pooled = chain.pool.ready();
    const transactions = [
      ...pooled,
      ...this.#validators.pvfVotes(),
      ...candidates.map(({ candidate }, place) => this.#inclusion(candidate, place)),
    ];
    const { block, refused } = chain.build([], { timstap0: encodeU64(now) }, transactions);
    for (const [place, failure] of refused) {
      const transaction = pooled[place];
      if (transaction) chain.pool.refuse(transaction, failure);
    }
    chain.import(block);
    const included = new Map<number, Block>();
    for (const { collator, candidate } of candidates) {
      if (!this.#isIncluded(candidate, block)) continue;
      collator.included(candidate, block.number);
      included.set(candidate.paraId, candidate.block);
    }
    this.#finalize();
    return { relay: block, included };
  }

  /** A para whose runtime panics does not keep the others from their blocks. */
  #collate(collator: Collator, now: number): Candidate | null {
    try {
      return collator.collate(now);
    } catch (error) {
      if (!(error instanceof RuntimePanic)) throw error;
      this.#onCollationFailed(error, collator.paraId);
      return null;
    }
  }

  /**
   * The validators' part: `DevnetRelay.include_candidate` does what the inclusion pallet does, with its checks. It takes
   * root, through a proxy of sudo's account, so that whoever uses that account has its nonces to himself. `ahead` counts
   * the candidates before this one in the block.
   */
  #inclusion({ paraId, codeHash, relayParent, commitments }: Candidate, ahead: number): Uint8Array {
    const types = this.#relay.typesOf();
    const include = types.call(
      'devnetRelay',
      'includeCandidate',
      paraId,
      relayParent.number,
      codeHash,
      commitments,
    );
    const asSudo = types.call('sudo', 'sudo', include);
    const byProxy = types.call('proxy', 'proxy', this.#sudo.address, null, asSudo);
    return signedBy(this.#relay, byProxy, this.#validators.account, ahead);
  }

  #isIncluded({ paraId, commitments, relayParent }: Candidate, block: Block): boolean {
    const chain = this.#relay;
    // The runtime of the parent wrote this state, also when the block put a new one in place.
    const head = chain.typesOf(relayParent).read(chain.stateOf(block), 'paras', 'heads', paraId);
    return head?.toJSON() === commitments.headData;
  }

  #finalize(): void {
    const chain = this.#relay;
    const number = chain.best.number - this.finalityLag;
    if (number <= chain.finalized.number) return;
    chain.finalize(number);
    for (const collator of this.#collators) collator.finalize(number);
  }

  /** Wall time in milliseconds, but always later than the last one: several blocks may come in one. */
  #moment(): number {
    this.#lastMoment = Math.max(Date.now() + this.ahead, this.#lastMoment + 1);
    return this.#lastMoment;
  }
}

/** An extrinsic with the signer's next nonce, counting what waits in the pool and `ahead` more. */
function signedBy(chain: Chain, call: SignableCall, signer: DevAccount, ahead = 0): Uint8Array {
  const { publicKey } = signer.pair;
  const types = chain.typesOf();
  const account = types.read(chain.stateOf(chain.best), 'system', 'account', publicKey);
  const nonce = Number((account?.toJSON() as { nonce?: number } | null)?.nonce ?? 0);
  return types.signed(call, signer.pair, {
    genesisHash: chain.genesisHash,
    nonce: chain.pool.nextNonce(publicKey, nonce) + ahead,
  });
}

/** Signs and submits to the pool, as any client would. Throws RESCUE_DEVNET_FAILED when the pool refuses. */
export function submitSigned(chain: Chain, call: SignableCall, signer: DevAccount): void {
  const result = chain.pool.submit(signedBy(chain, call, signer));
  if (!result.ok) throw new RescueError('RESCUE_DEVNET_FAILED', `${result.message}: ${result.data}`);
}
