import { RescueError } from '../domain/errors.ts';
import type { RelayObservation } from '../domain/observation.ts';
import { type Endpoints } from './endpoints.ts';
import { type NodeHeader } from './header-json.ts';
import type { RpcConnection } from './rpc-connection.ts';
export interface WatchOptions {
    readonly endpoints: Endpoints;
    readonly silenceMs: number;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly observe: (node: RpcConnection, header: NodeHeader) => Promise<RelayObservation>;
}
/**
 * One observation per newest finalized block, numbers strictly growing, until `signal` aborts. Whatever a node does
 * wrong ends at most its own subscription: the next endpoint goes on after the last block that was reported.
 */
export declare function watchFinalized(options: WatchOptions, signal: AbortSignal): AsyncGenerator<RelayObservation>;
