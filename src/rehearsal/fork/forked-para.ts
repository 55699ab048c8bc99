import type { Candidate } from '../../blocks/backing/candidate.ts';
import { candidateOf, collate } from '../../blocks/backing/collate.ts';
import { pendingHead } from '../../blocks/backing/cores.ts';
import { type NextBlock, type NextBlockOptions, nextBlock } from '../../blocks/next-block.ts';
import { type Point, relayPoint } from '../../blocks/point.ts';
import { includedHead } from '../../blocks/relay-keys.ts';
import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { TrialFailure } from '../../domain/diagnosis/trial.ts';
import { RescueError } from '../../domain/errors.ts';
import type { TriedBlock } from '../../domain/trial/report.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import type { Runtime } from '../../executor/runtime.ts';
import type { State } from '../../executor/storage/state.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader, headerHash } from '../../proof/index.ts';
import { Visits } from '../../proof/visits.ts';
import { codeOf, codeOfPara } from '../../trial/code.ts';
import { failure, failureOf } from '../../trial/failure.ts';
import { readRelayFacts } from '../../trial/relay-facts.ts';
import { judgeBlock } from '../../trial/try-block.ts';
import type { ForkedChain } from './forked-chain.ts';

/** A block of the para that the relay chain's next block is offered. */
export interface Offer {
  readonly candidate: Candidate;
  readonly block: NextBlock<State>;
  readonly summary: TriedBlock;
}

/** A head that the relay chain included. */
export interface IncludedBlock {
  readonly summary: TriedBlock;
  readonly relayBlock: number;
}

/** How the relay chain's runtime is told of blocks of paras. */
export type InclusionWay = 'inherent' | 'call' | 'written';

/** A para whose collators stand still until they are started: from then on they build with the code that nodes run. */
export class ForkedPara {
  readonly id: number;
  readonly chain: ForkedChain;
  readonly included: IncludedBlock[] = [];
  /** Why its block fails; null while none has. */
  failure: TrialFailure | null = null;
  collating = false;
  /** Code that nodes run in place of code with the same label. */
  substitute: Runtime | null = null;
  #built = 0;
  #offered: Offer | null = null;
  #pending: Offer | null = null;

  constructor(id: number, chain: ForkedChain) {
    this.id = id;
    this.chain = chain;
  }

  /** Blocks that the relay chain was offered. */
  get offered(): number {
    return this.#built;
  }

  /** The next block, for the relay block after the newest; null while there is none to offer. */
  async offer(relay: ForkedChain, way: InclusionWay): Promise<Offer | null> {
    this.#offered = null;
    if (!this.collating || this.failure !== null) return null;
    this.#offered = await this.chain.run(this.#build(relay, way));
    if (this.#offered) this.#built += 1;
    return this.#offered;
  }

  /** Whether a block of it, which may be none of these, waits to be included. */
  async waits(relay: ForkedChain): Promise<boolean> {
    return (await relay.run(waitingHead(relay.head, this.id))) !== null;
  }

  /** Sees what the relay chain's newest block has made of what was offered. */
  async follow(relay: ForkedChain): Promise<void> {
    const { head } = relay;
    const included = await relay.run(includedHead(head.state, this.id));
    const known = [this.#pending, this.#offered].find(
      (offer) => offer && included && equalBytes(included, encodeHeader(offer.block.header)),
    );
    if (known) {
      await this.chain.import(known.block);
      this.included.push({ summary: known.summary, relayBlock: head.header.number });
    }
    const waiting = await relay.run(waitingHead(head, this.id));
    const offers = [this.#pending, this.#offered];
    this.#pending = offers.find((offer) => waiting !== null && offer?.summary.hash === waiting) ?? null;
    this.#offered = null;
  }

  *#build(relay: ForkedChain, way: InclusionWay): Task<Offer | null> {
    const parent = this.#pending && pointAfter(this.#pending.block);
    const on = parent ?? this.chain.head;
    const runtime = yield* this.#runtimeOn(on.state);
    const point: Point<State> = { ...on, runtime };
    const visits = new Visits();
    const started = performance.now();
    const transactions = this.chain.ready(this.#pending?.block.extrinsics);
    const sealing = { given: this.chain.given, visits, transactions };
    let built: { readonly block: NextBlock<State>; readonly candidate: Candidate } | null;
    try {
      built =
        way === 'inherent'
          ? yield* collate(
              { id: this.id, point, codeHash: fromHex(runtime.hash) },
              relay.recent(RECENT).map((each) => relayPoint(each)),
              sealing,
            )
          : yield* this.#beside(relay, point, sealing);
    } catch (error) {
      this.#fails(error, runtime);
      return null;
    }
    if (built === null) return null;
    const { block, candidate } = built;
    if (parent === null) this.chain.drop(transactions, block.refused);
    const facts = yield* readRelayFacts(candidate.relay, this.id);
    const validator = codeOf('relay chain', facts.validationCode).runtime;
    if (validator === null) {
      this.failure = failure('code', this.#built + 1, 'the code that the relay chain stores is no runtime');
      return null;
    }
    if (validator.hash !== runtime.hash) {
      // Relay parents of some paras are so old that the code was another one then.
      const { validationCode } = yield* readRelayFacts(relay.head, this.id);
      if (codeOf('relay chain', validationCode).described.hash === runtime.hash) return null;
      const words = `nodes build with the code ${runtime.hash}, and the relay chain stores ${validator.hash}`;
      this.failure = failure('validation', this.#built + 1, words);
      return null;
    }
    const judged = yield* judgeBlock(
      {
        paraId: this.id,
        para: point,
        relay: candidate.relay,
        facts,
        validator,
        given: this.chain.given,
        block: this.#built + 1,
      },
      block,
      visits,
      performance.now() - started,
    );
    if (judged.next === null) {
      this.failure = judged.verdict;
      return null;
    }
    const { summary, outputs } = judged;
    return { candidate: { ...candidate, outputs }, block, summary };
  }

  /** On the relay chain's newest block, where it includes a candidate with the next one. */
  *#beside(relay: ForkedChain, point: Point<State>, options: NextBlockOptions) {
    const parent = { point, para: { id: this.id, relay: relayPoint(relay.head) } };
    const block = yield* nextBlock(parent, options);
    return { block, candidate: yield* candidateOf(parent, block, fromHex(point.runtime.hash)) };
  }

  /** By the label: nodes use a substitute only in place of code of the same spec version. */
  *#runtimeOn(state: State): Task<Runtime> {
    const { runtime } = yield* codeOfPara(state);
    if (!runtime) throw new RescueError('RESCUE_CHAIN_REFUSES', "The para's own code is no runtime.");
    const { substitute } = this;
    return substitute?.version.specVersion === runtime.version.specVersion ? substitute : runtime;
  }

  #fails(error: unknown, runtime: Runtime): void {
    const verdict = error instanceof RuntimePanic ? failureOf(error, this.#built + 1, runtime) : null;
    if (verdict === null) throw error;
    this.failure = verdict;
  }
}

/** More relay blocks than any para wants to see on top of its relay parent. */
const RECENT = 16;

/** Relay chains without backing have no such function. */
function* waitingHead(relay: Point<State>, id: number): Task<Hex | null> {
  const method = 'ParachainHost_candidate_pending_availability';
  return relay.runtime.functions.has(method) ? yield* pendingHead(relay, id) : null;
}

function pointAfter({ header, state }: NextBlock<State>): Omit<Point<State>, 'runtime'> {
  return { header, hash: toHex(headerHash(encodeHeader(header))), state };
}
