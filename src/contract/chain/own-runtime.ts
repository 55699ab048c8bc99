import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import { askHeader } from '../../chain/nodes/header-json.ts';
import { unknownBlock } from '../../chain/nodes/rpc-connection.ts';
import type { BlockState, ProvenChain } from '../../chain/proven/proven-chain.ts';
import { answerOfCode, versionOf } from '../../chain/proven/runtime-rpc.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';

type Runtime = Awaited<ReturnType<ProvenChain['executable']>>;

/** Blocks whose state root is remembered; what is done at once is done at one or two. */
const KEPT_BLOCKS = 16;

/**
 * The runtime of the contracts chain as @polkadot/api is to see it: version and metadata come from the code that stands in
 * the proven state, run here, and never from a node's word.
 */
export class OwnRuntime {
  readonly #endpoints: Endpoints;
  readonly #proven: ProvenChain;
  readonly #blocks = new Map<Hex, BlockState>();
  readonly #listeners = new Set<(version: unknown) => void>();
  #current: Runtime | null = null;

  constructor(endpoints: Endpoints, proven: ProvenChain) {
    this.#endpoints = endpoints;
    this.#proven = proven;
  }

  /** Takes the runtime at `block` for the current one, and tells who listens when it is another than before. */
  async follow(block: BlockState): Promise<void> {
    this.#blocks.set(block.hash, block);
    const [oldest] = this.#blocks.keys();
    if (oldest !== undefined && this.#blocks.size > KEPT_BLOCKS) this.#blocks.delete(oldest);
    const runtime = await this.#endpoints.use((node) => this.#proven.executable(node, block, 'calls'));
    if (runtime === this.#current) return;
    this.#current = runtime;
    for (const listener of this.#listeners) listener(versionOf(runtime));
  }

  /** The state of the block with this hash: its header is checked to have it. */
  async stateAt(hash: Hex): Promise<BlockState> {
    const known = this.#blocks.get(hash);
    if (known) return known;
    return this.#endpoints.use(async (node) => {
      const header = await askHeader(node, hash);
      if (!header) throw unknownBlock(node, hash);
      return header.ref;
    });
  }

  /** The answer to a request that concerns the code only, undefined to every other. */
  async answer(method: string, params: readonly unknown[]): Promise<unknown> {
    if (!/^(state_call|state_getMetadata|(state|chain)_getRuntimeVersion)$/.test(method)) return undefined;
    const at = params[method === 'state_call' ? 2 : 0];
    const runtime = typeof at === 'string' ? await this.#runtimeAt(at as Hex) : this.current;
    return answerOfCode(runtime, method, params);
  }

  get current(): Runtime {
    if (this.#current) return this.#current;
    throw new RescueError(
      'RESCUE_INTERNAL',
      'The runtime of the contracts chain was asked for before it was known.',
    );
  }

  /** Calls `listener` with the version now, and whenever it changes; returns the way to end that. */
  onVersion(listener: (version: unknown) => void): () => void {
    this.#listeners.add(listener);
    listener(versionOf(this.current));
    return () => this.#listeners.delete(listener);
  }

  async #runtimeAt(hash: Hex): Promise<Runtime> {
    const block = await this.stateAt(hash);
    return this.#endpoints.use((node) => this.#proven.executable(node, block, 'calls'));
  }
}
