import { collationInfo } from '../blocks/backing/collate.ts';
import { relayPoint } from '../blocks/point.ts';
import { includedHead } from '../blocks/relay-keys.ts';
import type { Signer } from '../blocks/slots/claim.ts';
import { fromHex } from '../bytes/hex.ts';
import { finish } from '../executor/task.ts';
import { Visits } from '../proof/visits.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import type { Offer } from './validators.ts';

/** A candidate with the block itself. */
export interface Collation extends Offer {
  readonly block: Block;
}

/** Builds a para's blocks as its collators do, each by the author whose slot it is. */
export class Collator {
  readonly paraId: number;
  /** False while the collators stand still. */
  running = true;
  readonly #para: Chain;
  readonly #relay: Chain;
  readonly #signer: Signer;
  /** Head numbers by the relay block that included them, until that one is final. */
  readonly #included = new Map<number, number>();

  /** `signer` has the collators' keys. */
  constructor(para: Chain, relay: Chain, paraId: number, signer: Signer) {
    this.#para = para;
    this.#relay = relay;
    this.paraId = paraId;
    this.#signer = signer;
  }

  /**
   * A candidate on top of the para's best block in the context of the relay's best block; null while the collators
   * stand still, the relay chain does not know the para yet, or the slot is that of an author who is none of them.
   * @throws RuntimePanic when the para's runtime cannot build it.
   */
  collate(now: number): Collation | null {
    return this.running && this.#isLive() ? this.#candidate(now) : null;
  }

  /** The relay block with this number included the candidate. */
  included({ block }: Collation, relayNumber: number): void {
    this.#para.import(block);
    this.#included.set(relayNumber, block.number);
  }

  /** Finalizes what relay blocks up to this number included. */
  finalize(relayNumber: number): void {
    let head = 0;
    for (const [includedAt, number] of this.#included) {
      if (includedAt > relayNumber) continue;
      head = Math.max(head, number);
      this.#included.delete(includedAt);
    }
    if (head > 0) this.#para.finalize(head);
  }

  #isLive(): boolean {
    const relay = this.#relay;
    if (relay.best.number === 0) return false;
    const state = relay.stateOf(relay.best);
    const lifecycle = relay.typesOf().read(state, 'paras', 'paraLifecycles', this.paraId);
    return ['Parathread', 'Parachain'].includes(String(lifecycle?.toJSON()));
  }

  #candidate(now: number): Collation | null {
    const para = this.#para;
    const relay = relayPoint(this.#relay.pointOf());
    // Validators run the block on the head that the relay chain includes, whatever its author took for it.
    const parentHead = finish(includedHead(relay.state, this.paraId));
    if (parentHead === null) return null;
    const parent = para.best;
    const transactions = para.pool.ready();
    const visits = new Visits();
    const { block, refused, isSealed } = para.build(
      { time: now, transactions, visits, signer: this.#signer },
      { id: this.paraId, relay },
    );
    if (!isSealed) return null;
    para.pool.refuseAll(transactions, refused);
    const { header, extrinsics } = block;
    return {
      paraId: this.paraId,
      block,
      relay,
      parentHead,
      codeHash: fromHex(para.codeHashOf(parent)),
      pov: { header, extrinsics, proof: visits.compactProof(parent.header.stateRoot) },
      outputs: finish(collationInfo(para.pointOf(block))),
    };
  }
}
