import { EventEmitter } from 'node:events';
import type { BuiltBlock as Built } from '../../blocks/build-block.ts';
import { type ChainTypes, typesOf } from '../../blocks/chain-types.ts';
import { type NextBlockOptions, nextBlock, type Parent } from '../../blocks/next-block.ts';
import type { Point } from '../../blocks/point.ts';
import type { CodeSubstitute } from '../../blocks/spec/chain-spec.ts';
import { CODE_KEY } from '../../blocks/spec/genesis.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { Runtime } from '../../executor/runtime.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import type { State } from '../../executor/storage/state.ts';
import { finish } from '../../executor/task.ts';
import { blake2b256 } from '../../proof/index.ts';
import { type Block, blockOf, genesisBlock } from './block.ts';
import { Grandpa } from './grandpa.ts';
import { TransactionPool } from './pool.ts';

export interface ChainIdentity {
  /** What `system_chain` answers. */
  readonly name: string;
  readonly tokenSymbol: string;
  readonly tokenDecimals: number;
  readonly ss58Format: number;
  /** What `system_properties` answers instead of these three. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What `system_properties` answers. */
export function propertiesOf(identity: ChainIdentity): Readonly<Record<string, unknown>> {
  const { ss58Format, tokenDecimals, tokenSymbol } = identity;
  return identity.properties ?? { ss58Format, tokenDecimals, tokenSymbol };
}

/** A block that is not imported yet, and the transactions of its plan that it could not take. */
export interface BuiltBlock extends Pick<Built<State>, 'refused'> {
  readonly block: Block;
  /** False when the slot's author should have sealed it, and that key is not here. */
  readonly isSealed: boolean;
}

export interface ChainEvents {
  imported: [Block];
  finalized: [Block];
  /** A justification, before the blocks that it makes final are announced. */
  justified: [Uint8Array];
}

/** One chain as its nodes hold it: blocks, recent states, the pool. It never forks. */
export class Chain extends EventEmitter<ChainEvents> {
  readonly identity: ChainIdentity;
  readonly genesisHash: Hex;
  readonly pool: TransactionPool;
  /** Null on a chain whose finality nobody votes on: paras take it from their relay chain. */
  readonly grandpa: Grandpa | null;
  readonly #byHash = new Map<Hex, Block>();
  readonly #hashes: Hex[] = [];
  readonly #history: number;
  readonly #codeHashes = new WeakMap<Uint8Array, Hex>();
  readonly #substitutes: CodeSubstitute[] = [];
  #finalized: Block;
  #best: Block;

  /** Without `voted` its blocks become final by nobody's votes, even if the chain has GRANDPA: its voters' keys are not here. */
  constructor(identity: ChainIdentity, genesis: State, stateHistory: number, voted = true) {
    super();
    this.setMaxListeners(0);
    this.identity = identity;
    this.#history = stateHistory;
    this.#best = genesisBlock(genesis);
    this.#finalized = this.#best;
    this.genesisHash = this.#best.hash;
    this.#byHash.set(this.#best.hash, this.#best);
    this.#hashes.push(this.#best.hash);
    this.pool = new TransactionPool(this);
    this.grandpa = voted ? Grandpa.ofGenesis(genesis) : null;
  }

  get best(): Block {
    return this.#best;
  }

  get finalized(): Block {
    return this.#finalized;
  }

  block(hash: Hex): Block | undefined {
    return this.#byHash.get(hash);
  }

  hashAt(number: number): Hex | undefined {
    return this.#hashes[number];
  }

  blockAt(number: number): Block | undefined {
    const hash = this.#hashes[number];
    return hash === undefined ? undefined : this.#byHash.get(hash);
  }

  /** Throws RESCUE_EXECUTION_FAILED when the state is pruned. */
  stateOf(block: Block): State {
    if (block.state !== null) return block.state;
    throw new RescueError('RESCUE_EXECUTION_FAILED', `State already discarded for ${block.hash}`);
  }

  /** The code that nodes run on top of `block`: the substitute where one applies, else `:code`. */
  codeOf(block: Block): Uint8Array {
    const code = this.stateOf(block).get(CODE_KEY);
    if (code === null) throw new RescueError('RESCUE_EXECUTION_FAILED', 'The state holds no runtime.');
    const version = Runtime.of(code).version.specVersion;
    const substitute = this.#substitutes.findLast(
      (candidate) =>
        candidate.fromBlock <= block.number && Runtime.of(candidate.code).version.specVersion === version,
    );
    return substitute?.code ?? code;
  }

  runtimeOf(block: Block = this.#best): Runtime {
    return Runtime.of(this.codeOf(block));
  }

  /** blake2-256 of the code that collators declare for candidates on top of `block`. */
  codeHashOf(block: Block = this.#best): Hex {
    const code = this.codeOf(block);
    let hash = this.#codeHashes.get(code);
    if (hash === undefined) {
      hash = toHex(blake2b256(code));
      this.#codeHashes.set(code, hash);
    }
    return hash;
  }

  /** Metadata, storage keys and calls of the runtime on top of `block`. */
  typesOf(block: Block = this.#best): ChainTypes {
    return finish(typesOf({ runtime: this.runtimeOf(block), state: this.stateOf(block) }));
  }

  /** Calls a runtime API; what the call writes is dropped. Throws RuntimePanic. */
  call(method: string, argument: Uint8Array, block: Block = this.#best): Uint8Array {
    return this.runtimeOf(block).call(method, argument, new Overlay(this.stateOf(block))).result;
  }

  /** What the next block is built on: `block`, by default the best one, with what nodes run on top of it. */
  pointOf(block: Block = this.#best): Point<State> {
    return {
      header: block.header,
      hash: block.hash,
      state: this.stateOf(block),
      runtime: this.runtimeOf(block),
    };
  }

  /** Builds on the best block without importing the result. Throws RuntimePanic. */
  build(options: NextBlockOptions, para?: Parent<State>['para']): BuiltBlock {
    const parent = { point: this.pointOf(), ...(para && { para }) };
    const { header, unsealed, claim, extrinsics, state, refused } = finish(nextBlock(parent, options));
    const isSealed = claim.author === null || header !== unsealed;
    return { block: blockOf(header, extrinsics, state), refused, isSealed };
  }

  /** Makes `block`, a child of the best one, the best block. */
  import(block: Block): void {
    if (toHex(block.header.parentHash) !== this.#best.hash) {
      throw new RescueError('RESCUE_EXECUTION_FAILED', 'A block must be imported on top of the best one.');
    }
    this.#byHash.set(block.hash, block);
    this.#hashes.push(block.hash);
    this.#best = block;
    this.grandpa?.imported(block);
    this.pool.afterImport(block);
    this.emit('imported', block);
  }

  /**
   * Finalizes up to `number`, never backwards; each block is announced. With GRANDPA it takes the justification of the
   * block with that number.
   * @throws RESCUE_INTERNAL without one.
   */
  finalize(number: number, justification?: Uint8Array): void {
    if (this.grandpa !== null) {
      if (justification === undefined)
        throw new RescueError('RESCUE_INTERNAL', 'Blocks of a chain with GRANDPA become final by votes.');
      if (number <= this.#finalized.number || number > this.#best.number) return;
      this.grandpa.finalized(number, justification);
      this.emit('justified', justification);
    }
    while (this.#finalized.number < Math.min(number, this.#best.number)) {
      const next = this.blockAt(this.#finalized.number + 1);
      if (next === undefined) return;
      this.#finalized = next;
      this.#prune(next.number - this.#history);
      this.pool.afterFinality(next);
      this.emit('finalized', next);
    }
  }

  /** Throws RESCUE_CODE_INVALID when `code` is no runtime. */
  installSubstitute(substitute: CodeSubstitute): void {
    Runtime.of(substitute.code);
    this.#substitutes.push(substitute);
  }

  #prune(number: number): void {
    const old = number <= 0 ? undefined : this.blockAt(number);
    if (old !== undefined) old.state = null;
  }
}
