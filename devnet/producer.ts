import { RescueError } from '../src/domain/errors.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import type { SignableCall } from './chain/chain-types.ts';
import { type Candidate, Collator } from './collator.ts';
import { RuntimePanic } from './executor/panic.ts';
import type { DevAccount } from './keys.ts';
import { u64 } from './scale.ts';
import type { Validators } from './validators.ts';

/** A relay block, with the para's block that it included, if any. */
export interface Produced {
  readonly relay: Block;
  readonly para: Block | null;
}

/** What the network's nodes do in each relay block: collate, vote, include, finalize. */
export class Producer {
  /** False while collators stand still. */
  collating = true;
  /** Relay blocks by which finality lags behind. */
  finalityLag = 0;
  readonly #relay: Chain;
  readonly #para: Chain;
  readonly #paraId: number;
  readonly #validators: Validators;
  readonly #sudo: DevAccount;
  readonly #collator: Collator;
  readonly #onCollationFailed: (panic: RuntimePanic) => void;
  #lastMoment = 0;
  /** Head numbers of the para by the relay block that included them. */
  readonly #included = new Map<number, number>();

  constructor(setting: {
    readonly relay: Chain;
    readonly para: Chain;
    readonly paraId: number;
    readonly validators: Validators;
    readonly sudo: DevAccount;
    readonly onCollationFailed: (panic: RuntimePanic) => void;
  }) {
    this.#relay = setting.relay;
    this.#para = setting.para;
    this.#paraId = setting.paraId;
    this.#validators = setting.validators;
    this.#sudo = setting.sudo;
    this.#collator = new Collator(setting.para, setting.relay, setting.paraId);
    this.#onCollationFailed = setting.onCollationFailed;
  }

  /** Throws RuntimePanic when the relay's runtime cannot build its block. */
  produce(): Produced {
    const now = this.#moment();
    const candidate = this.collating ? this.#collate(now) : null;
    const chain = this.#relay;
    const pooled = chain.pool.ready();
    const transactions = [...pooled, ...this.#validators.pvfVotes()];
    if (candidate) transactions.push(this.#inclusion(candidate));
    const { block, refused } = chain.build([], { timstap0: u64(now) }, transactions);
    for (const [place, failure] of refused) {
      const transaction = pooled[place];
      if (transaction) chain.pool.refuse(transaction, failure);
    }
    chain.import(block);
    const para = candidate && this.#isIncluded(candidate, block) ? candidate.block : null;
    if (para) {
      this.#para.import(para);
      this.#included.set(block.number, para.number);
    }
    this.#finalize();
    return { relay: block, para };
  }

  #collate(now: number): Candidate | null {
    const relay = this.#relay;
    if (relay.best.number === 0) return null;
    const state = relay.stateOf(relay.best);
    const lifecycle = relay.typesOf().read(state, 'paras', 'paraLifecycles', this.#paraId);
    if (!['Parathread', 'Parachain'].includes(String(lifecycle?.toJSON()))) return null;
    try {
      return this.#collator.collate(now);
    } catch (error) {
      if (!(error instanceof RuntimePanic)) throw error;
      this.#onCollationFailed(error);
      return null;
    }
  }

  /**
   * The validators' part: `DevnetRelay.include_candidate` does what the inclusion pallet does, with its checks. It takes
   * root, through a proxy of sudo's account, so that whoever uses that account has its nonces to himself.
   */
  #inclusion({ codeHash, relayParent, commitments }: Candidate): Uint8Array {
    const types = this.#relay.typesOf();
    const include = types.call(
      'devnetRelay',
      'includeCandidate',
      this.#paraId,
      relayParent.number,
      codeHash,
      commitments,
    );
    const asSudo = types.call('sudo', 'sudo', include);
    const byProxy = types.call('proxy', 'proxy', this.#sudo.address, null, asSudo);
    return signedBy(this.#relay, byProxy, this.#validators.account);
  }

  #isIncluded({ commitments, relayParent }: Candidate, block: Block): boolean {
    const chain = this.#relay;
    // The runtime of the parent wrote this state, also when the block put a new one in place.
    const head = chain.typesOf(relayParent).read(chain.stateOf(block), 'paras', 'heads', this.#paraId);
    return head?.toJSON() === commitments.headData;
  }

  #finalize(): void {
    const chain = this.#relay;
    const number = chain.best.number - this.finalityLag;
    if (number <= chain.finalized.number) return;
    chain.finalize(number);
    let head = 0;
    for (const [relayNumber, paraNumber] of this.#included) {
      if (relayNumber > number) continue;
      head = Math.max(head, paraNumber);
      this.#included.delete(relayNumber);
    }
    if (head > 0) this.#para.finalize(head);
  }

  /** Wall time in milliseconds, but always later than the last one: several blocks may come in one. */
  #moment(): number {
    this.#lastMoment = Math.max(Date.now(), this.#lastMoment + 1);
    return this.#lastMoment;
  }
}

/** An extrinsic with the signer's next nonce, counting what waits in the pool. */
export function signedBy(chain: Chain, call: SignableCall, signer: DevAccount): Uint8Array {
  const { publicKey } = signer.pair;
  const types = chain.typesOf();
  const account = types.read(chain.stateOf(chain.best), 'system', 'account', publicKey);
  const nonce = Number((account?.toJSON() as { nonce?: number } | null)?.nonce ?? 0);
  return types.signed(call, signer.pair, {
    genesisHash: chain.genesisHash,
    nonce: chain.pool.nextNonce(publicKey, nonce),
  });
}

/** Signs and submits to the pool, as any client would. Throws RESCUE_DEVNET_FAILED when the pool refuses. */
export function submitSigned(chain: Chain, call: SignableCall, signer: DevAccount): void {
  const result = chain.pool.submit(signedBy(chain, call, signer));
  if (!result.ok) throw new RescueError('RESCUE_DEVNET_FAILED', `${result.message}: ${result.data}`);
}
