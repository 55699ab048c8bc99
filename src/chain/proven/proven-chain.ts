import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { cryptoReady } from '../../executor/host/hashing.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import { type CodeOf, keysReadOf, RecordingNodes, RemoteState } from '../../executor/remote/remote-state.ts';
import { type CallOutcome, Runtime } from '../../executor/runtime.ts';
import { type ProofKey, type StorageRequest, UNKNOWN } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { State } from '../../executor/storage/state.ts';
import { callTask } from '../../executor/task.ts';
import type { ForeignCode } from '../../executor/thread/jobs.ts';
import { storageKey } from '../../proof/index.ts';
import { type ChainRuntime, chainRuntimeOf } from '../nodes/chain-runtime.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { type FetchBudget, fetchBudget, proofsOf } from './fetch-proof.ts';

/** Well-known key: which runtime last began a block. */
const LAST_UPGRADE: Hex = toHex(storageKey('System', 'LastRuntimeUpgrade'));

const KEPT_NODE_BYTES = 64 * 1024 * 1024;
/** States after which nodes that none of them had are forgotten: each block has some of its own, and a service looks at blocks for months. */
const STATES_OF_A_GENERATION = 256;
/** Reads of one block come together; a few blocks are looked at beside each other. */
const KEPT_STATES = 4;
/** An upgrade needs two; more are history. */
const KEPT_RUNTIMES = 3;

interface KeptState {
  readonly storage: State;
  /** Keys that are likely to be read, until they are known. */
  expected: readonly ProofKey[];
  /** Under way for whoever reads this state. */
  asking: Promise<void> | null;
}

/** A block whose state is read: its state root is believed, whoever tells the rest is not. */
export type BlockState = RelayBlockRef;

/**
 * What this process has proven of one chain: storage under state roots, and the runtimes whose code stands there, run by
 * our own executor. Nodes are asked for nothing but proofs; which state root is believed is the caller's to know.
 *
 * Methods take the node to ask, and throw what speaks of it (see `Endpoints.use`): RESCUE_NODE_CONTRADICTS for a proof that
 * does not hold, RESCUE_NODE_MALFORMED, RESCUE_NODE_UNREACHABLE, RpcRefusal.
 */
export class ProvenChain {
  readonly #nodes = new RecordingNodes(KEPT_NODE_BYTES);
  readonly #states = new Map<Hex, KeptState>();
  readonly #runtimes: Map<Hex, Runtime>;
  #opened = 0;
  /** What was looked at last. */
  #last: State | null = null;

  /** `runtimes`: by the hash of their code, shared with whoever reads the same chain; code that one of them has is not fetched again. */
  constructor(runtimes: Map<Hex, Runtime> = new Map()) {
    this.#runtimes = runtimes;
  }

  /** The values of these keys of the main trie, null where there is none. */
  async read(node: RpcConnection, block: BlockState, keys: readonly Hex[]): Promise<(Uint8Array | null)[]> {
    return (await this.#state(node, block)).read(keys);
  }

  /** blake2-256 of a value, for which large ones need not travel; null for an empty key. */
  async hashOf(node: RpcConnection, block: BlockState, key: Hex): Promise<Hex | null> {
    return (await this.#state(node, block)).hashOf(key);
  }

  /** See `RemoteState.codeHash`. */
  async codeHash(node: RpcConnection, block: BlockState, of: CodeOf): Promise<Hex> {
    return (await this.#state(node, block)).codeHash(of);
  }

  /** The code that answers calls at a block, or that builds its children; its bytes are read when they are asked for. */
  async code(node: RpcConnection, block: BlockState, of: CodeOf): Promise<ForeignCode> {
    const state = await this.#state(node, block);
    const hash = await state.codeHash(of);
    return { hash, bytes: () => state.codeBytes(hash) };
  }

  /**
   * The code that executed a block. A block that changes the code leaves the layout of the old one; each runtime writes its
   * version into the first block that it executes.
   */
  async codeBehind(
    node: RpcConnection,
    block: BlockState,
    versionOf: (code: ForeignCode) => Promise<Pick<RuntimeVersion, 'specName' | 'specVersion'>>,
  ): Promise<ForeignCode> {
    const [last] = await this.read(node, block, [LAST_UPGRADE]);
    const code = await this.code(node, block, 'calls');
    if (block.number === 0 || isNamedBy(await versionOf(code), last ?? null)) return code;
    const header = await askHeader(node, block.hash);
    if (!header) throw unknownBlock(node, block.hash);
    const parent = await askHeader(node, header.parentHash);
    if (!parent) throw unknownBlock(node, header.parentHash);
    return this.code(node, parent.ref, 'children');
  }

  /** The runtime that answers calls at a block, or that builds its children. */
  async executable(node: RpcConnection, block: BlockState, of: CodeOf): Promise<Runtime> {
    return this.#compiled(await this.code(node, block, of));
  }

  /** The runtime with which a call at the block, or an extrinsic that is signed for its children, is written. */
  async runtimeOfCalls(node: RpcConnection, block: BlockState): Promise<ChainRuntime> {
    return chainRuntimeOf(await this.executable(node, block, 'calls'));
  }

  /** The runtime whose types the state of a block follows: the one that executed it. */
  async runtimeOf(node: RpcConnection, block: BlockState): Promise<ChainRuntime> {
    const versionOf = async (code: ForeignCode) => (await this.#compiled(code)).version;
    return chainRuntimeOf(await this.#compiled(await this.codeBehind(node, block, versionOf)));
  }

  /** The answer to what a call on the state of a block needs. @throws RESCUE_EXECUTION_FAILED when the budget is used up */
  async answer(
    node: RpcConnection,
    block: BlockState,
    request: StorageRequest,
    budget: FetchBudget,
  ): Promise<Uint8Array | Hex | null> {
    const { kind, trie, key } = request;
    const state = await this.#state(node, block, budget);
    await state.answer(request);
    const answer = kind === 'read' ? state.storage.read(trie, key) : state.storage.next(trie, key);
    if (answer !== UNKNOWN) return answer;
    throw new RescueError('RESCUE_INTERNAL', `The key ${key} was proven and is not known.`);
  }

  /**
   * Runs a runtime API on the state of a block, as `state_call` does, but here. Nothing is kept.
   * @throws RESCUE_EXECUTION_FAILED when it could not be run: for want of a function (`details.missing`), or because it
   * needs more storage than a call may
   */
  async call(
    node: RpcConnection,
    block: BlockState,
    method: string,
    argument: Uint8Array,
    by: CodeOf = 'calls',
  ): Promise<CallOutcome & { readonly kind: 'returned' | 'panicked' }> {
    const runtime = await this.executable(node, block, by);
    await cryptoReady();
    const state = await this.#state(node, block);
    try {
      const answer = await state.run(callTask(runtime, method, argument, new Overlay(state.storage)));
      return { kind: 'returned', ...answer };
    } catch (error) {
      if (error instanceof RuntimePanic) return { kind: 'panicked', panic: error };
      throw error;
    }
  }

  async #compiled(code: ForeignCode): Promise<Runtime> {
    const known = this.#runtimes.get(code.hash);
    if (known) return known;
    const runtime = Runtime.of(await code.bytes());
    const [oldest] = this.#runtimes.keys();
    if (oldest !== undefined && this.#runtimes.size >= KEPT_RUNTIMES) this.#runtimes.delete(oldest);
    this.#runtimes.set(code.hash, runtime);
    return runtime;
  }

  /**
   * The state of a block, which asks this node. Many look at a new block at the same time, each by calls that stop at whatever is
   * missing: what was read of the state before is asked for first, by one of them for all.
   */
  async #state(node: RpcConnection, block: BlockState, budget = fetchBudget()): Promise<RemoteState> {
    const kept = this.#kept(block.stateRoot);
    const state = new RemoteState(kept.storage, this.#nodes, proofsOf(node, block, budget));
    while (kept.expected.length > 0) {
      if (kept.asking) await kept.asking.catch(() => undefined);
      else await this.#know(kept, state);
    }
    return state;
  }

  async #know(kept: KeptState, state: RemoteState): Promise<void> {
    kept.asking = state.know(kept.expected);
    try {
      await kept.asking;
      kept.expected = [];
    } finally {
      kept.asking = null;
    }
  }

  #kept(stateRoot: Hex): KeptState {
    const known = this.#states.get(stateRoot);
    if (known) {
      this.#last = known.storage;
      return known;
    }
    this.#opened += 1;
    if (this.#opened % STATES_OF_A_GENERATION === 0) this.#nodes.age();
    // Nothing is ever set here.
    const storage = State.at(fromHex(stateRoot), this.#nodes, 1);
    const kept = { storage, expected: this.#last ? keysReadOf(this.#last) : [], asking: null };
    const [oldest] = this.#states.keys();
    if (oldest !== undefined && this.#states.size >= KEPT_STATES) this.#states.delete(oldest);
    this.#states.set(stateRoot, kept);
    this.#last = storage;
    return kept;
  }
}

/** Whether `System.LastRuntimeUpgrade` (compact spec version, spec name) names this runtime. */
function isNamedBy(
  version: Pick<RuntimeVersion, 'specName' | 'specVersion'>,
  last: Uint8Array | null,
): boolean {
  if (last === null) return false;
  try {
    const reader = new ScaleReader(last, 'last runtime upgrade');
    return reader.compact() === version.specVersion && reader.string() === version.specName;
  } catch {
    return false;
  }
}
