import type { Methods } from './methods.ts';
/** May change what a request answers: faults. */
export type AnswerFilter = (method: string, params: readonly unknown[], result: unknown) => unknown;
/** JSON-RPC 2.0 over WebSocket, and over HTTP POST without subscriptions, on one loopback port. */
export declare class RpcServer {
    #private;
    /** Milliseconds that each answer is held back. */
    delayMs: number;
    filter: AnswerFilter;
    /** Port 0 takes a free one at the first start and keeps it. */
    constructor(methods: Methods, host: string, port: number);
    get url(): string;
    get running(): boolean;
    /** Throws RESCUE_DEVNET_FAILED when the port is taken. */
    start(): Promise<void>;
    /** Closes the port and cuts all clients off. `start` opens the same port again. */
    stop(): Promise<void>;
}
