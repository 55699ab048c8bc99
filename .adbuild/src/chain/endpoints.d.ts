import { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
import { type Hex } from '../domain/units.ts';
import { RpcConnection } from './rpc-connection.ts';
export interface EndpointsOptions {
    /** ws:// or wss:// URLs of nodes of one chain, preferred first. */
    readonly urls: readonly string[];
    /** Expected genesis hash; without it the endpoints that answer must agree among themselves. */
    readonly genesis?: Hex;
    readonly requestTimeoutMs?: number;
    readonly connectTimeoutMs?: number;
    /** Told of every node that fails while others are tried; must not throw. */
    readonly onTrouble?: (trouble: RescueError) => void;
}
/** What one endpoint said in a survey. */
export type SurveyAnswer<T> = {
    readonly endpoint: string;
    readonly value: T;
} | {
    readonly endpoint: string;
    readonly error: Error;
};
export declare const hashSchema: z.ZodCustom<`0x${string}`, `0x${string}`>;
export declare const hexSchema: z.ZodCustom<`0x${string}`, `0x${string}`>;
/**
 * The nodes of one chain behind one door. Connections are opened on demand, kept, and replaced when they fail; a node
 * of another chain is never used.
 */
export declare class Endpoints {
    #private;
    /** Nothing is opened before the first request. @throws RESCUE_CONFIG_INVALID for no or wrong URLs */
    constructor(options: EndpointsOptions);
    /** @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_CONTRADICTS when endpoints are of different chains */
    genesis(): Promise<Hex>;
    /**
     * Runs `work` on the preferred node and, when that node fails or refuses, on the next ones. Errors that don't speak
     * of a node end it at once.
     * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED or RESCUE_NODE_CONTRADICTS when no endpoint is left; the
     * first `RpcRefusal`, if there was one, is its cause
     */
    use<T>(work: (node: RpcConnection) => Promise<T>): Promise<T>;
    /** Asks every endpoint, also when some fail; for questions where one node's "no" is not enough. */
    survey<T>(work: (node: RpcConnection) => Promise<T>): Promise<SurveyAnswer<T>[]>;
    /**
     * Ends `node` for a fault found outside of `use`, such as a broken subscription; the next endpoint is preferred. The
     * finder reports the fault.
     */
    discard(node: RpcConnection): Promise<void>;
    /** Closes every connection; later requests fail. */
    close(): Promise<void>;
}
