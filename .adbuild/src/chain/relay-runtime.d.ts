import { TypeRegistry } from '@polkadot/types';
import type { DecoratedMeta } from '@polkadot/types/metadata/decorate/types';
import { z } from 'zod';
import { type Hex } from '../domain/units.ts';
import type { RpcConnection } from './rpc-connection.ts';
declare const versionSchema: z.ZodObject<{
    specName: z.ZodString;
    specVersion: z.ZodInt;
    transactionVersion: z.ZodDefault<z.ZodInt>;
    apis: z.ZodDefault<z.ZodArray<z.ZodTuple<[z.ZodCustom<`0x${string}`, `0x${string}`>, z.ZodInt], null>>>;
}, z.core.$strip>;
export type RuntimeVersion = z.infer<typeof versionSchema>;
/** A storage item of one runtime: its key, and how its bytes decode. */
export interface StorageItem {
    readonly name: string;
    key(...args: readonly unknown[]): Hex;
    /**
     * The value as polkadot-js' JSON (numbers, hex, camelCase), decoded by the runtime's own types.
     * Throws any error for bytes that are not exactly one encoded value.
     */
    decode(bytes: Uint8Array): unknown;
}
/** Everything that depends on the metadata of one runtime of the chain. */
export declare class RelayRuntime {
    readonly version: RuntimeVersion;
    readonly registry: TypeRegistry;
    readonly meta: DecoratedMeta;
    /** @throws any error for bytes that are no metadata */
    constructor(version: RuntimeVersion, metadata: Hex);
    /** The item as metadata spells it, such as `Paras`, `Heads`; undefined when this runtime has none. */
    storage(pallet: string, item: string): StorageItem | undefined;
    /** Version of a runtime API such as `DryRunApi`; undefined when the runtime has none. */
    apiVersion(name: string): number | undefined;
}
/** Runtimes of one chain by spec name and version; loading one is a request for metadata, about half a megabyte. */
export declare class RuntimeCache {
    #private;
    /**
     * The runtime in the state of block `at`, or of the node's best block. To decode the storage of a block, ask for its
     * parent: an upgrade in a block leaves the layout of the runtime that executed it.
     * @throws RESCUE_NODE_MALFORMED, RpcRefusal
     */
    load(node: RpcConnection, at?: Hex): Promise<RelayRuntime>;
}
export {};
