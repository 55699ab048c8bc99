import { z } from 'zod';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';
import type { ChainRuntime } from './chain-runtime.ts';
import type { RpcConnection } from './rpc-connection.ts';

/** A value of the batch, to be read after `fetch`: null for an empty item. */
export type BatchedValue<T> = () => T | null;

/**
 * Storage items of one block, each proven under its state root, with its absence too. Name what is needed first, then
 * `fetch`, then read.
 */
export class StorageBatch {
  readonly #runtime: ChainRuntime;
  readonly #reads: {
    readonly key: Hex;
    readonly accept: (value: Uint8Array | null) => void;
  }[] = [];

  constructor(runtime: ChainRuntime) {
    this.#runtime = runtime;
  }

  /** An item that every relay chain has. @throws RESCUE_CONFIG_INVALID when this chain lacks it */
  need<T>(schema: z.ZodType<T>, pallet: string, item: string, ...args: readonly unknown[]): BatchedValue<T> {
    const read = this.want(schema, pallet, item, ...args);
    if (read) return read;
    const { specName, specVersion } = this.#runtime.version;
    const runtime = `${specName} ${specVersion}`;
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      this.#runtime.hasPallet('Paras')
        ? `This relay chain's runtime (${runtime}) is too old: it lacks ${pallet}.${item}, which nothing can be told without.`
        : `The runtime ${runtime} has no pallet Paras: the endpoints of the relay chain are those of another chain. Correct relay.endpoints, or --relay.`,
    );
  }

  /** An item that some relay chains lack: undefined then. */
  want<T>(
    schema: z.ZodType<T>,
    pallet: string,
    item: string,
    ...args: readonly unknown[]
  ): BatchedValue<T> | undefined {
    const storage = this.#runtime.storage(pallet, item);
    if (!storage) return undefined;
    let result: { value: T | null } | null = null;
    this.#reads.push({
      key: storage.key(...args),
      accept: (bytes) => {
        try {
          // Items whose own type is an option are stored with nothing in them once they were emptied (`ParasDisputes.Frozen`).
          const decoded = bytes === null ? null : storage.decode(bytes);
          result = { value: decoded === null ? null : schema.parse(decoded) };
        } catch (cause) {
          const { specName, specVersion } = this.#runtime.version;
          throw new RescueError(
            'RESCUE_CHAIN_REFUSES',
            `The value of ${storage.name} is not of the form that ${specName} ${specVersion} gives it (${firstLine(cause)}).`,
            { cause },
          );
        }
      },
    });
    return () => {
      if (!result)
        throw new RescueError('RESCUE_INTERNAL', `${storage.name} was read before it was fetched.`);
      return result.value;
    };
  }

  /** Whether something is stored there, were it only the empty value; undefined where the chain lacks the item. */
  has(pallet: string, item: string, ...args: readonly unknown[]): (() => boolean) | undefined {
    const storage = this.#runtime.storage(pallet, item);
    if (!storage) return undefined;
    let found = false;
    this.#reads.push({
      key: storage.key(...args),
      accept: (bytes) => {
        found = bytes !== null;
      },
    });
    return () => found;
  }

  /**
   * Reads all of them at once; see `ProvenChain.read`.
   * @throws RESCUE_CHAIN_REFUSES for a value that this version cannot read
   */
  async fetch(node: RpcConnection, chain: ProvenChain, block: BlockState): Promise<void> {
    const keys = [...new Set(this.#reads.map(({ key }) => key))];
    const values = await chain.read(node, block, keys);
    const byKey = new Map(keys.map((key, index) => [key, values[index] ?? null]));
    for (const { key, accept } of this.#reads) accept(byKey.get(key) ?? null);
  }
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).split('\n')[0] ?? '';
  return messageOf(error).slice(0, 200);
}
