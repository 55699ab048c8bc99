import { relayPoint } from '../blocks/point.ts';
import type { Sealing } from '../blocks/slots/claim.ts';
import type { BackedPara } from './backed-para.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import { backedOffer, type OfferTrouble } from './offers.ts';
import type { Validators } from './validators.ts';

/** More relay blocks than any para wants to see on top of its relay parent. */
const RECENT = 16;

/** What the nodes of a relay chain and its paras do in each relay block, where the relay chain's own runtime includes paras. */
export class BackingProducer {
  /** Relay blocks by which finality lags behind. */
  finalityLag = 0;
  readonly #relay: Chain;
  readonly #paras: readonly BackedPara[];
  readonly #validators: Validators;
  readonly #sealing: Sealing;
  readonly #trouble: OfferTrouble;

  constructor(
    setting: OfferTrouble & {
      readonly relay: Chain;
      readonly paras: readonly BackedPara[];
      readonly validators: Validators;
      readonly sealing: Sealing;
    },
  ) {
    this.#relay = setting.relay;
    this.#paras = setting.paras;
    this.#validators = setting.validators;
    this.#sealing = setting.sealing;
    this.#trouble = setting;
  }

  /** The relay block of `time`, or of the next slot when the chain is there already. Throws RuntimePanic. */
  produce(time: number): Block {
    const chain = this.#relay;
    const relays = this.#recent().map((block) => relayPoint(chain.pointOf(block)));
    const sealing = this.#sealing;
    const candidates = this.#paras.flatMap((para) => {
      const collate = () => para.collate(relays, sealing);
      return backedOffer(para.id, collate, this.#validators, this.#trouble, sealing.given) ?? [];
    });
    const pooled = chain.pool.ready();
    const transactions = [...pooled, ...this.#validators.pvfVotes()];
    const { block, refused } = chain.build({ ...sealing, time, candidates, transactions });
    chain.pool.refuseAll(pooled, refused);
    chain.import(block);
    for (const para of this.#paras) para.follow(chain);
    this.#validators.finalize(Math.max(0, block.number - this.finalityLag));
    for (const para of this.#paras) para.finalize(chain.finalized.number);
    return block;
  }

  /** Oldest first. */
  #recent(): Block[] {
    const { best } = this.#relay;
    const count = Math.min(RECENT, best.number + 1);
    return Array.from({ length: count }, (_, index) =>
      this.#relay.blockAt(best.number - count + 1 + index),
    ).filter((block) => block !== undefined);
  }
}
