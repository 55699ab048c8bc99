import type { RelayBlockRef } from '../domain/observation.ts';
import { type Hex } from '../domain/units.ts';
import type { RpcConnection } from './rpc-connection.ts';
/** A header as a node sent it; `bytes` is its SCALE encoding, whose blake2-256 is `ref.hash`. */
export interface NodeHeader {
    readonly ref: RelayBlockRef;
    readonly parentHash: Hex;
    readonly bytes: Uint8Array;
}
/**
 * Reads a header off JSON-RPC. The hash is computed here, so that number, state root and hash always belong together.
 * @throws RESCUE_NODE_MALFORMED
 */
export declare function readHeader(node: RpcConnection, json: unknown): NodeHeader;
/** Header of the block `hash`, checked to have that hash; null when the node does not know the block. */
export declare function askHeader(node: RpcConnection, hash: Hex): Promise<NodeHeader | null>;
/** The newest finalized block the node knows. */
export declare function askFinalized(node: RpcConnection): Promise<NodeHeader>;
/** Number of the node's best block. */
export declare function askBestNumber(node: RpcConnection): Promise<number>;
