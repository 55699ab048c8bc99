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
import { blake2b256, storageKey } from '../../proof/index.ts';
import { type Block, blockOf, genesisBlock } from './block.ts';
import { Grandpa } from './grandpa.ts';
import { type OldHeader, OldHeaders } from './old-headers.ts';
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

/** Whole blocks behind the finalized one, and headers behind those, that are kept; the genesis always is. */
const BLOCK_HISTORY = 1024;
const HEADER_HISTORY = 16_384;
/** How full the block is: it stands in the state until the next one begins. */
const BLOCK_WEIGHT = toHex(storageKey('System', 'BlockWeight'));

/** How much is kept behind the finalized block. */
export interface ChainHistory {
  readonly states: number;
  /** Never fewer than states. */
  readonly blocks?: number;
  readonly headers?: number;
}

export interface ChainEvents {
  imported: [Block];
  finalized: [Block];
  /** Only its header is kept from now on. */
  forgotten: [Block];
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
  readonly #genesis: Block;
  readonly #byHash = new Map<Hex, Block>();
  readonly #hashes = new Map<number, Hex>();
  readonly #old: OldHeaders;
  readonly #states: number;
  readonly #blocks: number;
  readonly #codeHashes = new WeakMap<Uint8Array, Hex>();
  readonly #substitutes: CodeSubstitute[] = [];
  #finalized: Block;
  #best: Block;

  /** Without `voted` its blocks become final by nobody's votes, even if the chain has GRANDPA: its voters' keys are not here. */
  constructor(identity: ChainIdentity, genesis: State, history: number | ChainHistory, voted = true) {
    super();
    this.setMaxListeners(0);
    this.identity = identity;
    const {
      states,
      blocks = BLOCK_HISTORY,
      headers = HEADER_HISTORY,
    } = typeof history === 'number' ? { states: history } : history;
    this.#states = states;
    this.#blocks = Math.max(blocks, states);
    this.#old = new OldHeaders(headers);
    this.#genesis = genesisBlock(genesis);
    this.#best = this.#genesis;
    this.#finalized = this.#genesis;
    this.genesisHash = this.#genesis.hash;
    this.#keep(this.#genesis);
    this.pool = new TransactionPool(this);
    this.grandpa = voted ? Grandpa.ofGenesis(genesis) : null;
  }

  get best(): Block {
    return this.#best;
  }

  get finalized(): Block {
    return this.#finalized;
  }

  /** A whole block; undefined for one that was never there, and for one of which only the header is kept. */
  block(hash: Hex): Block | undefined {
    return this.#byHash.get(hash);
  }

  /** Of a block, whole or not. */
  header(hash: Hex): OldHeader | undefined {
    return this.#byHash.get(hash) ?? this.#old.header(hash);
  }

  hashAt(number: number): Hex | undefined {
    return this.#hashes.get(number) ?? this.#old.hashAt(number);
  }

  blockAt(number: number): Block | undefined {
    const hash = this.#hashes.get(number);
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

  /**
   * SCALE `ApplyExtrinsicResult` of an extrinsic on top of `block`, as if the next block were empty: what is full for others is no
   * verdict on it. Throws RuntimePanic.
   */
  dryRun(extrinsic: Uint8Array, block: Block = this.#best): Uint8Array {
    const overlay = new Overlay(this.stateOf(block));
    overlay.set(BLOCK_WEIGHT, null);
    return this.runtimeOf(block).call('BlockBuilder_apply_extrinsic', extrinsic, overlay).result;
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
    this.#keep(block);
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
      this.#forget(next.number);
      this.pool.afterFinality(next);
      this.emit('finalized', next);
    }
  }

  /** Throws RESCUE_CODE_INVALID when `code` is no runtime. */
  installSubstitute(substitute: CodeSubstitute): void {
    Runtime.of(substitute.code);
    this.#substitutes.push(substitute);
  }

  #keep(block: Block): void {
    this.#byHash.set(block.hash, block);
    this.#hashes.set(block.number, block.hash);
  }

  /** What lies too far behind the block with this number, which is final. */
  #forget(number: number): void {
    const stateless = this.blockAt(number - this.#states);
    if (stateless && stateless !== this.#genesis) stateless.state = null;
    const old = this.blockAt(number - this.#blocks);
    if (!old || old === this.#genesis) return;
    this.#byHash.delete(old.hash);
    this.#hashes.delete(old.number);
    this.#old.add(old);
    this.grandpa?.forget(this.#old.first);
    this.emit('forgotten', old);
  }
}
