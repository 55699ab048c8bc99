import { collate, type ProvenPoint } from '../blocks/backing/collate.ts';
import { pendingHead } from '../blocks/backing/cores.ts';
import { includedHead } from '../blocks/relay-keys.ts';
import type { Sealing } from '../blocks/slots/claim.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { finish } from '../executor/task.ts';
import { Visits } from '../proof/visits.ts';
import { type Block, blockOf } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
import type { Offer } from './validators.ts';

/**
 * A para on a relay chain that backs and includes its blocks by its own rules. Nodes of the para know a block once it is included:
 * what waits for that is only built on, and forgotten when the relay chain drops it.
 */
export class BackedPara {
  readonly id: number;
  readonly chain: Chain;
  /** Offered to the relay chain's next block, and waiting on a core. */
  #offered: Block | null = null;
  #pending: Block | null = null;
  /** Head numbers by the relay block that included them, until that one is final. */
  readonly #included = new Map<number, number>();

  constructor(chain: Chain, id: number) {
    this.chain = chain;
    this.id = id;
  }

  /**
   * The next block, for the relay block after the newest of `relays`.
   * @throws RuntimePanic when the runtime cannot build it
   */
  collate(relays: readonly ProvenPoint[], sealing: Sealing): Offer | null {
    const { chain } = this;
    const parent = this.#pending ?? chain.best;
    const used = new Set(this.#pending?.extrinsics);
    const transactions = chain.pool.ready().filter((bytes) => !used.has(bytes));
    const codeHash = fromHex(chain.codeHashOf(parent));
    const para = { id: this.id, point: chain.pointOf(parent), codeHash };
    this.#offered = null;
    const visits = new Visits();
    const collation = finish(collate(para, relays, { ...sealing, transactions, visits }));
    if (collation === null) return null;
    const { header, extrinsics, state, refused } = collation.block;
    this.#offered = blockOf(header, extrinsics, state);
    if (parent === chain.best) chain.pool.refuseAll(transactions, refused);
    const pov = { header, extrinsics, proof: visits.compactProof(para.point.state.root) };
    return { ...collation.candidate, pov };
  }

  /** Sees what the relay chain's best block has made of its candidates. */
  follow(relay: Chain): void {
    const point = relay.pointOf();
    const included = finish(includedHead(point.state, this.id));
    const pending = this.#pending;
    if (pending && included && toHex(included) === toHex(pending.encodedHeader)) {
      this.chain.import(pending);
      this.#included.set(relay.best.number, pending.number);
    }
    const waiting = finish(pendingHead(point, this.id));
    this.#pending = [pending, this.#offered].find((block) => block?.hash === waiting) ?? null;
    this.#offered = null;
  }

  /** Finalizes what relay blocks up to this number included. */
  finalize(relayNumber: number): void {
    for (const [includedAt, number] of this.#included) {
      if (includedAt > relayNumber) continue;
      this.#included.delete(includedAt);
      this.chain.finalize(number);
    }
  }
}
