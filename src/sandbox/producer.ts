import { includedHead } from '../blocks/relay-keys.ts';
import { equalBytes } from '../bytes/bytes.ts';
import { finish } from '../executor/task.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import type { Collation, Collator } from './collator.ts';
import { backedOffer, type OfferTrouble } from './offers.ts';
import type { Validators } from './validators.ts';

/** Extrinsics by which the next relay block includes the candidates: it is up to the relay's runtime how it is told. */
export type Inclusion = (candidates: readonly Collation[]) => readonly Uint8Array[];

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
  readonly #trouble: OfferTrouble;
  /** Milliseconds by which the chains' clock is ahead of the wall's; blocks may be made before their time. */
  ahead = 0;
  #lastMoment = 0;

  constructor(
    setting: OfferTrouble & {
      readonly relay: Chain;
      readonly collators: readonly Collator[];
      readonly validators: Validators;
      readonly include: Inclusion;
    },
  ) {
    this.#relay = setting.relay;
    this.#collators = setting.collators;
    this.#validators = setting.validators;
    this.#include = setting.include;
    this.#trouble = setting;
  }

  /** Throws RuntimePanic when the relay's runtime cannot build its block. */
  produce(): Round {
    const now = this.#moment();
    const candidates = this.#collators.flatMap((collator) => {
      const collate = () => collator.collate(now);
      const candidate = backedOffer(collator.paraId, collate, this.#validators, this.#trouble);
      return candidate === null ? [] : [{ collator, candidate }];
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

  #isIncluded({ paraId, outputs }: Collation, block: Block): boolean {
    const head = finish(includedHead(this.#relay.stateOf(block), paraId));
    return head !== null && equalBytes(head, outputs.headData);
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
