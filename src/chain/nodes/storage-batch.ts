import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { ChainRuntime } from './chain-runtime.ts';
import { hashSchema, hexSchema } from './endpoints.ts';
import type { RpcConnection } from './rpc-connection.ts';

const changesSchema = z.tuple([
  z.object({ block: hashSchema, changes: z.array(z.tuple([hexSchema, hexSchema.nullable()])) }),
]);

/** A value of the batch, to be read after `fetch`: null for an empty item. */
export type BatchedValue<T> = () => T | null;

/**
 * Storage items of one block, read with one request (`state_queryStorageAt`), so that they belong together. Name
 * what is needed first, then `fetch`, then read.
 */
export class StorageBatch {
  readonly #runtime: ChainRuntime;
  readonly #reads: {
    readonly key: Hex;
    readonly accept: (node: RpcConnection, value: Hex | null) => void;
  }[] = [];

  constructor(runtime: ChainRuntime) {
    this.#runtime = runtime;
  }

  /** An item that every relay chain has. @throws RESCUE_CONFIG_INVALID when this chain lacks it */
  need<T>(schema: z.ZodType<T>, pallet: string, item: string, ...args: readonly unknown[]): BatchedValue<T> {
    const read = this.want(schema, pallet, item, ...args);
    if (read) return read;
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The runtime ${this.#runtime.version.specName} has no storage item ${pallet}.${item}: its endpoints are not those of a relay chain.`,
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
      accept: (node, hex) => {
        try {
          result = { value: hex === null ? null : schema.parse(storage.decode(fromHex(hex))) };
        } catch (error) {
          throw node.malformed(`its value of ${storage.name} cannot be decoded (${firstLine(error)})`, error);
        }
      },
    });
    return () => {
      if (!result)
        throw new RescueError('RESCUE_INTERNAL', `${storage.name} was read before it was fetched.`);
      return result.value;
    };
  }

  /** @throws RESCUE_NODE_MALFORMED, RESCUE_NODE_UNREACHABLE, RpcRefusal */
  async fetch(node: RpcConnection, at: Hex): Promise<void> {
    const keys = [...new Set(this.#reads.map(({ key }) => key))];
    const [{ block, changes }] = await node.ask(changesSchema, 'state_queryStorageAt', keys, at);
    if (block !== at) throw node.malformed(`asked for the state of ${at}, it answered with that of ${block}`);
    const values = new Map(changes);
    for (const { key, accept } of this.#reads) {
      const value = values.get(key);
      if (value === undefined)
        throw node.malformed(`its answer to state_queryStorageAt leaves out the key ${key}`);
      accept(node, value);
    }
  }
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).split('\n')[0] ?? '';
  return messageOf(error).slice(0, 200);
}
