import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { cryptoReady } from '../../executor/host/hashing.ts';
import { type CallOutcome, Runtime } from '../../executor/runtime.ts';
import { MAIN_TRIE, type StorageRequest, UNKNOWN } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { type ProofKey, ProvenStorage } from '../../executor/storage/proven-storage.ts';
import type { ForeignCode } from '../../executor/thread/runtime-thread.ts';
import { storageKey } from '../../proof/index.ts';
import { NodeStore } from '../../proof/node-store.ts';
import { type ChainRuntime, chainRuntimeOf } from '../nodes/chain-runtime.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { type FetchBudget, fetchAnswer, fetchBudget, fetchKeys } from './fetch-proof.ts';

/** Well-known keys: the code of a chain, the one its next block switches to, and which runtime last began a block. */
const CODE: Hex = toHex(encodeText(':code'));
const PENDING_CODE: Hex = toHex(encodeText(':pending_code'));
const LAST_UPGRADE: Hex = toHex(storageKey('System', 'LastRuntimeUpgrade'));

const KEPT_NODE_BYTES = 64 * 1024 * 1024;
/** Reads of one block come together; a few blocks are looked at beside each other. */
const KEPT_STATES = 4;
/** An upgrade needs two; more are history. */
const KEPT_RUNTIMES = 3;
/** Keys that were read at the last block are asked for with the first ones of the next, unless their values are large. */
const MOST_AHEAD = 2_000;
const LARGEST_AHEAD = 64 * 1024;

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
  readonly #nodes = new NodeStore(KEPT_NODE_BYTES);
  readonly #states = new Map<Hex, ProvenStorage>();
  readonly #runtimes = new Map<Hex, Runtime>();
  #lastState: ProvenStorage | null = null;

  /** The values of these keys of the main trie, null where there is none. */
  async read(node: RpcConnection, block: BlockState, keys: readonly Hex[]): Promise<(Uint8Array | null)[]> {
    const storage = this.#storage(block);
    const wanted = keys.filter((key) => storage.read(MAIN_TRIE, key) === UNKNOWN);
    await this.#fetch(
      node,
      block,
      storage,
      wanted.map((key) => ({ trie: MAIN_TRIE, key })),
    );
    return keys.map((key) => {
      const value = storage.read(MAIN_TRIE, key);
      if (value !== UNKNOWN) return value;
      throw new RescueError('RESCUE_INTERNAL', `The key ${key} was proven and is not known.`);
    });
  }

  /** blake2-256 of a value, for which large ones need not travel; null for an empty key. */
  async hashOf(node: RpcConnection, block: BlockState, key: Hex): Promise<Hex | null> {
    const storage = this.#storage(block);
    for (let found = storage.valueHash(key); ; found = storage.valueHash(key)) {
      if (found === null) return null;
      if ('hash' in found) return found.hash;
      await this.#fetch(node, block, storage, [found]);
    }
  }

  /**
   * Hash of the code that a block's children are built by: what it switches to, else what stands there. Nodes answer calls
   * by the latter.
   */
  async codeHash(node: RpcConnection, block: BlockState, of: 'calls' | 'children'): Promise<Hex> {
    const pending = of === 'children' ? await this.hashOf(node, block, PENDING_CODE) : null;
    const hash = pending ?? (await this.hashOf(node, block, CODE));
    if (hash !== null) return hash;
    throw new RescueError('RESCUE_CHAIN_REFUSES', `The state of block ${block.hash} holds no code.`);
  }

  /** The code that answers calls at a block, or that builds its children; its bytes are read when they are asked for. */
  async code(node: RpcConnection, block: BlockState, of: 'calls' | 'children'): Promise<ForeignCode> {
    const hash = await this.codeHash(node, block, of);
    return { hash, bytes: () => this.#codeBytes(node, block, hash) };
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
  async executable(node: RpcConnection, block: BlockState, of: 'calls' | 'children'): Promise<Runtime> {
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
    const storage = this.#storage(block);
    const known = () => (kind === 'read' ? storage.read(trie, key) : storage.next(trie, key));
    if (known() === UNKNOWN) {
      await this.#ahead(node, block, storage);
      await fetchAnswer(node, block, storage, request, budget);
    }
    const answer = known();
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
    by: 'calls' | 'children' = 'calls',
  ): Promise<CallOutcome & { readonly kind: 'returned' | 'panicked' }> {
    const runtime = await this.executable(node, block, by);
    await cryptoReady();
    const storage = this.#storage(block);
    const budget = fetchBudget();
    for (;;) {
      const outcome = runtime.attempt(method, argument, new Overlay(storage));
      if (outcome.kind !== 'missing') return outcome;
      await this.answer(node, block, outcome.request, budget);
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

  async #codeBytes(node: RpcConnection, block: BlockState, hash: Hex): Promise<Uint8Array> {
    for (const key of [CODE, PENDING_CODE]) {
      if ((await this.hashOf(node, block, key)) !== hash) continue;
      const [blob] = await this.read(node, block, [key]);
      if (blob) return blob;
    }
    throw new RescueError('RESCUE_INTERNAL', `The code ${hash} is not in the state of block ${block.hash}.`);
  }

  #storage(block: BlockState): ProvenStorage {
    const known = this.#states.get(block.stateRoot);
    if (known) return known;
    const [oldest] = this.#states.keys();
    if (oldest !== undefined && this.#states.size >= KEPT_STATES) this.#states.delete(oldest);
    const storage = new ProvenStorage(fromHex(block.stateRoot), this.#nodes);
    this.#states.set(block.stateRoot, storage);
    return storage;
  }

  async #fetch(
    node: RpcConnection,
    block: BlockState,
    storage: ProvenStorage,
    keys: readonly ProofKey[],
  ): Promise<void> {
    if (keys.length === 0) return;
    const before = this.#lastState;
    await fetchKeys(node, block, storage, [...keys, ...this.#likely(storage, before)], fetchBudget());
    this.#lastState = storage;
  }

  async #ahead(node: RpcConnection, block: BlockState, storage: ProvenStorage): Promise<void> {
    const likely = this.#likely(storage, this.#lastState);
    if (likely.length > 0) await fetchKeys(node, block, storage, likely, fetchBudget());
    this.#lastState = storage;
  }

  /** What was read at another block before, and is not known of this one. */
  #likely(storage: ProvenStorage, before: ProvenStorage | null): ProofKey[] {
    if (before === null || before === storage) return [];
    const likely: ProofKey[] = [];
    for (const wanted of before.keysRead(LARGEST_AHEAD)) {
      if (storage.wanted({ kind: 'read', ...wanted }) === null) continue;
      likely.push(wanted);
      if (likely.length === MOST_AHEAD) break;
    }
    return likely;
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
