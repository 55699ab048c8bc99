import { type NextBlock, type NextBlockOptions, nextBlock } from '../../blocks/next-block.ts';
import { type Point, pointOf } from '../../blocks/point.ts';
import { decodeValidity, type TransactionError } from '../../blocks/validity.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { GivenSignatures } from '../../executor/given-signatures.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import type { Changes } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import type { State } from '../../executor/storage/state.ts';
import { callTask, type Task, withStorage } from '../../executor/task.ts';
import { blake2b256 } from '../../proof/index.ts';

/** A block of the fork; others than the newest ones have lost their state. */
export interface ForkedBlock {
  readonly point: Point<State>;
  /** Each with its length; null for the block that the fork began with, whose extrinsics nobody needs. */
  readonly extrinsics: readonly Uint8Array[] | null;
}

/** An extrinsic that the runtime did not take. */
export interface Refused {
  /** blake2-256 of its bytes. */
  readonly hash: Hex;
  readonly reason: string;
}

type BuiltHere = Pick<NextBlock<State>, 'header' | 'state' | 'extrinsics'>;

/** Runs a task that reads the states of the forks, and what was built on them. */
export type RunTask = <Result>(task: Task<Result>) => Promise<Result>;

/** Blocks of which states are kept: an extrinsic's era, and what is looked up of it. */
const KEPT_BLOCKS = 80;
/** sp-runtime `TransactionSource::External`. */
const EXTERNAL = Uint8Array.of(2);

/** A chain that goes on from a block of others, with blocks that are built here by its own runtime. It has one branch. */
export class ForkedChain {
  readonly genesisHash: Hex;
  readonly given: GivenSignatures;
  /** The block that the fork began with. */
  readonly origin: Point<State>;
  /** Extrinsics that were refused for good, in their order. */
  readonly refused: Refused[] = [];
  readonly #run: RunTask;
  readonly #blocks: ForkedBlock[];
  #pool: Uint8Array[] = [];
  #failure: unknown = null;

  constructor(setting: {
    readonly origin: Point<State>;
    readonly genesisHash: Hex;
    readonly given: GivenSignatures;
    readonly run: RunTask;
  }) {
    this.origin = setting.origin;
    this.genesisHash = setting.genesisHash;
    this.given = setting.given;
    this.#run = setting.run;
    this.#blocks = [{ point: setting.origin, extrinsics: null }];
  }

  get head(): Point<State> {
    return this.#blocks.at(-1)?.point ?? this.origin;
  }

  /** Newest last. */
  recent(count: number): readonly Point<State>[] {
    return this.#blocks.slice(-count).map(({ point }) => point);
  }

  block(hash: Hex): ForkedBlock | undefined {
    return this.#blocks.find(({ point }) => point.hash === hash);
  }

  blockAt(number: number): ForkedBlock | undefined {
    return this.#blocks.find(({ point }) => point.header.number === number);
  }

  /**
   * Runs a task on the fork's storage. What keeps its storage from being read ends the fork: whoever reads it as a node would go on
   * asking, so it is thrown again by the next block.
   */
  async run<Result>(task: Task<Result>): Promise<Result> {
    try {
      return await this.#run(task);
    } catch (error) {
      if (!(error instanceof RuntimePanic)) this.#failure ??= error;
      throw error;
    }
  }

  /** Takes an extrinsic into the next block. Returns its hash. */
  submit(extrinsic: Uint8Array): Hex {
    const hash = toHex(blake2b256(extrinsic));
    if (!this.#pool.some((known) => toHex(blake2b256(known)) === hash)) this.#pool.push(extrinsic);
    return hash;
  }

  /** Why the runtime would not take the extrinsic on top of the newest block; null when it would. */
  async validity(extrinsic: Uint8Array): Promise<TransactionError | null> {
    const { runtime, state, hash } = this.head;
    const argument = concatBytes(EXTERNAL, extrinsic, fromHex(hash));
    const method = 'TaggedTransactionQueue_validate_transaction';
    const { result } = await this.run(callTask(runtime, method, argument, new Overlay(state), this.given));
    const verdict = decodeValidity(result);
    return 'kind' in verdict ? verdict : null;
  }

  /** What waits for a block, but for what these blocks, which are not included yet, hold already. */
  ready(unincluded: readonly Uint8Array[] = []): readonly Uint8Array[] {
    return this.#pool.filter((extrinsic) => !unincluded.includes(extrinsic));
  }

  /** Drops what the runtime refused for good when it built a block of these extrinsics. */
  drop(extrinsics: readonly Uint8Array[], refused: ReadonlyMap<number, TransactionError>): void {
    for (const [place, { retry, reason }] of refused) {
      const extrinsic = extrinsics[place];
      if (retry || extrinsic === undefined || !this.#pool.includes(extrinsic)) continue;
      this.refused.push({ hash: toHex(blake2b256(extrinsic)), reason });
      this.#pool = this.#pool.filter((known) => known !== extrinsic);
    }
  }

  /**
   * Builds the next block, with what waits and these extrinsics, and goes on from it.
   * @throws RuntimePanic, and what kept the fork from being read before
   */
  async next({ transactions = [], ...options }: NextBlockOptions = {}): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const all = [...this.#pool, ...transactions];
    const plan = { ...options, given: this.given, transactions: all };
    const built = await this.run(nextBlock({ point: this.head }, plan));
    this.drop(all, built.refused);
    await this.import(built);
  }

  /** Goes on from a block that was built on the newest one. */
  async import({ header, state, extrinsics }: BuiltHere): Promise<void> {
    this.#blocks.push({ point: await this.run(pointOf(header, state)), extrinsics });
    this.#pool = this.#pool.filter((extrinsic) => !extrinsics.includes(extrinsic));
    if (this.#blocks.length > KEPT_BLOCKS) this.#blocks.shift();
  }

  /** Writes into the state of the newest block, which becomes another block by that. */
  async write(changes: Changes): Promise<void> {
    const last = this.#blocks.pop();
    if (!last) return;
    const { header, state } = last.point;
    const changed = await this.run(withStorage(() => state.with(changes)));
    const point = await this.run(pointOf({ ...header, stateRoot: changed.root }, changed));
    this.#blocks.push({ ...last, point });
  }
}
