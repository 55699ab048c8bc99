import { RescueError } from '../domain/errors.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import type { Candidate, Collator } from './collator.ts';
import type { Validators } from './validators.ts';

/** Extrinsics by which the next relay block includes the candidates: it is up to the relay's runtime how it is told. */
export type Inclusion = (candidates: readonly Candidate[]) => readonly Uint8Array[];

/** A relay block, and the blocks that it included by para id. */
interface Round {
  readonly relay: Block;
  readonly included: ReadonlyMap<number, Block>;
}

/** What the network's nodes do in each relay block: collate, vote, include, finalize. */
export class Producer {
  /** Relay blocks by which finality lags behind, while the validators' votes suffice. */
  finalityLag = 0;
  readonly #relay: Chain;
  readonly #collators: readonly Collator[];
  readonly #validators: Validators;
  readonly #include: Inclusion;
  readonly #onCollationFailed: (panic: RuntimePanic, paraId: number) => void;
  readonly #onCandidateRefused: (refusal: RescueError, paraId: number) => void;
  /** Milliseconds by which the chains' clock is ahead of the wall's; blocks may be made before their time. */
  ahead = 0;
  #lastMoment = 0;

  constructor(setting: {
    readonly relay: Chain;
    readonly collators: readonly Collator[];
    readonly validators: Validators;
    readonly include: Inclusion;
    readonly onCollationFailed: (panic: RuntimePanic, paraId: number) => void;
    readonly onCandidateRefused: (refusal: RescueError, paraId: number) => void;
  }) {
    this.#relay = setting.relay;
    this.#collators = setting.collators;
    this.#validators = setting.validators;
    this.#include = setting.include;
    this.#onCollationFailed = setting.onCollationFailed;
    this.#onCandidateRefused = setting.onCandidateRefused;
  }

  /** Throws RuntimePanic when the relay's runtime cannot build its block. */
  produce(): Round {
    const now = this.#moment();
    const candidates = this.#collators.flatMap((collator) => {
      const candidate = this.#collate(collator, now);
      return candidate !== null && this.#isBacked(candidate) ? [{ collator, candidate }] : [];
    });
    const chain = this.#relay;
    const pooled = chain.pool.ready();
    const transactions = [
      ...pooled,
      ...this.#validators.pvfVotes(),
      ...this.#include(candidates.map(({ candidate }) => candidate)),
    ];
    const { block, refused } = chain.build({ time: now, transactions });
    chain.pool.refuseAll(pooled, refused);
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

  /** Validators back only what they have run themselves. */
  #isBacked(candidate: Candidate): boolean {
    try {
      return this.#validators.validate(candidate) !== null;
    } catch (error) {
      const isCode = error instanceof RescueError && error.code === 'RESCUE_CODE_INVALID';
      if (!(error instanceof RuntimePanic) && !isCode) throw error;
      this.#onCandidateRefused(error, candidate.paraId);
      return false;
    }
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
    this.#validators.finalize(number);
    for (const collator of this.#collators) collator.finalize(chain.finalized.number);
  }

  /** Wall time in milliseconds, but always later than the last one: several blocks may come in one. */
  #moment(): number {
    this.#lastMoment = Math.max(Date.now() + this.ahead, this.#lastMoment + 1);
    return this.#lastMoment;
  }
}
