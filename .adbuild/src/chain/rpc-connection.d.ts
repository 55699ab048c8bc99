import { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
/**
 * A JSON-RPC error answer: the node works, but refuses this request. Kept apart from `RescueError`, because callers
 * read meaning out of it (unknown block, panicked runtime, missing method).
 */
export declare class RpcRefusal extends Error {
    readonly name = "RpcRefusal";
    readonly code: number;
    readonly method: string;
    constructor(method: string, code: number, message: string);
}
export interface ConnectionTimeouts {
    readonly connectTimeoutMs: number;
    readonly requestTimeoutMs: number;
}
/**
 * One WebSocket to one node. Every request is answered, refused (`RpcRefusal`) or fails in time
 * (`RESCUE_NODE_UNREACHABLE`); a frame that is no JSON-RPC ends the connection with `RESCUE_NODE_MALFORMED`. It never
 * reconnects: whoever holds it opens another one. Written for this instead of polkadot-js' WsProvider, whose message
 * handler throws out of the socket's event on malformed JSON and so ends the process.
 */
export declare class RpcConnection {
    #private;
    /** The endpoint as it may be shown: scheme and host, without paths that can hold access keys. */
    readonly name: string;
    private constructor();
    /** @throws RESCUE_NODE_UNREACHABLE */
    static open(url: string, timeouts: ConnectionTimeouts): Promise<RpcConnection>;
    get alive(): boolean;
    /** Calls `listener` once when the connection has ended; at once when it has already. Returns the way to forget it. */
    onClosed(listener: (reason: RescueError) => void): () => void;
    /** Sends a request and checks its result. @throws RpcRefusal, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
    ask<T>(schema: z.ZodType<T>, method: string, ...params: readonly unknown[]): Promise<T>;
    /**
     * Subscribes; results arrive unparsed, in order. The returned function ends the subscription and never throws.
     * @throws RpcRefusal, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
     */
    subscribe(method: string, unsubscribe: string, listener: (result: unknown) => void): Promise<() => void>;
    /** A coded error about this node's answers. */
    malformed(problem: string, cause?: unknown): RescueError;
    /** Ends the connection; requests under way fail. Resolves when the socket is gone. */
    close(): Promise<void>;
}
/** Scheme and host of an endpoint; the rest of a URL may hold a key and is never shown. */
export declare function endpointName(url: string): string;
/** What a node that answers `null` for a block means: another endpoint may know it. */
export declare function unknownBlock(node: RpcConnection, hash: string): RpcRefusal;
