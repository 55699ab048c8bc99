import { collationInfo } from '../blocks/backing/collate.ts';
import { relayPoint } from '../blocks/point.ts';
import type { ProofOfValidity } from '../blocks/validation.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { finish } from '../executor/task.ts';
import { Visits } from '../proof/visits.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';

/** A message to another para: `OutboundHrmpMessage`. */
interface HorizontalMessage {
  readonly recipient: number;
  readonly data: Hex;
}

/** A block of a para with what its runtime commits to, as a collator hands it to validators. */
export interface Candidate {
  readonly paraId: number;
  readonly block: Block;
  readonly relayParent: Block;
  /** Hash of the code the block was built with; the relay chain includes no other than its own. */
  readonly codeHash: Hex;
  /** With what its runtime took of the parent's state, for validators. */
  readonly pov: ProofOfValidity;
  readonly commitments: {
    readonly upwardMessages: readonly Hex[];
    /** At most one a channel, ascending by recipient: the runtime sees to it, and inclusion checks it. */
    readonly horizontalMessages: readonly HorizontalMessage[];
    readonly newValidationCode: Hex | null;
    readonly headData: Hex;
    readonly processedDownwardMessages: number;
    readonly hrmpWatermark: number;
  };
}

/** Builds a para's blocks as its collators do. */
export class Collator {
  readonly paraId: number;
  /** False while the collators stand still. */
  running = true;
  readonly #para: Chain;
  readonly #relay: Chain;
  /** Head numbers by the relay block that included them, until that one is final. */
  readonly #included = new Map<number, number>();

  constructor(para: Chain, relay: Chain, paraId: number) {
    this.#para = para;
    this.#relay = relay;
    this.paraId = paraId;
  }

  /**
   * A candidate on top of the para's best block in the context of the relay's best block; null while the collators
   * stand still or the relay chain does not know the para yet.
   * @throws RuntimePanic when the para's runtime cannot build it.
   */
  collate(now: number): Candidate | null {
    return this.running && this.#isLive() ? this.#candidate(now) : null;
  }

  /** The relay block with this number included the candidate. */
  included({ block }: Candidate, relayNumber: number): void {
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

  #candidate(now: number): Candidate {
    const para = this.#para;
    const relayParent = this.#relay.best;
    const parent = para.best;
    const codeHash = para.codeHashOf(parent);
    const transactions = para.pool.ready();
    const visits = new Visits();
    const { block, refused } = para.build(
      { time: now, transactions, visits },
      { id: this.paraId, relay: relayPoint(this.#relay.pointOf(relayParent)) },
    );
    para.pool.refuseAll(transactions, refused);
    const { header, extrinsics } = block;
    const pov = { header, extrinsics, proof: visits.compactProof(parent.header.stateRoot) };
    return { paraId: this.paraId, block, relayParent, codeHash, pov, commitments: this.#collect(block) };
  }

  #collect(block: Block): Candidate['commitments'] {
    const { headData, newCode, upwardMessages, horizontalMessages, ...numbers } = finish(
      collationInfo(this.#para.pointOf(block)),
    );
    return {
      ...numbers,
      upwardMessages: upwardMessages.map(toHex),
      horizontalMessages: horizontalMessages.map(({ recipient, data }) => ({ recipient, data: toHex(data) })),
      newValidationCode: newCode && toHex(newCode),
      headData: toHex(headData),
    };
  }
}
