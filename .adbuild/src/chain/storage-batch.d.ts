import { z } from 'zod';
import { type Hex } from '../domain/units.ts';
import type { RelayRuntime } from './relay-runtime.ts';
import type { RpcConnection } from './rpc-connection.ts';
/** A value of the batch, to be read after `fetch`: null for an empty item. */
export type BatchedValue<T> = () => T | null;
/**
 * Storage items of one block, read with one request (`state_queryStorageAt`), so that they belong together. Name
 * what is needed first, then `fetch`, then read.
 */
export declare class StorageBatch {
    #private;
    constructor(runtime: RelayRuntime);
    /** An item that every relay chain has. @throws RESCUE_CONFIG_INVALID when this chain lacks it */
    need<T>(schema: z.ZodType<T>, pallet: string, item: string, ...args: readonly unknown[]): BatchedValue<T>;
    /** An item that some relay chains lack: undefined then. */
    want<T>(schema: z.ZodType<T>, pallet: string, item: string, ...args: readonly unknown[]): BatchedValue<T> | undefined;
    /** @throws RESCUE_NODE_MALFORMED, RESCUE_NODE_UNREACHABLE, RpcRefusal */
    fetch(node: RpcConnection, at: Hex): Promise<void>;
}
