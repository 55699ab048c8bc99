/** An error as JSON-RPC carries it; codes are those of Substrate nodes. */
export declare class RpcError extends Error {
    readonly name = "RpcError";
    readonly code: number;
    readonly data: unknown;
    constructor(code: number, message: string, data?: unknown);
}
export declare const PARSE_ERROR = -32700;
export declare const INVALID_REQUEST = -32600;
export declare const METHOD_NOT_FOUND = -32601;
export declare const INVALID_PARAMS = -32602;
/** sc-rpc-api's base for `state_*` plus 3: the client could not do it. */
export declare const CLIENT_ERROR = 4003;
export declare function invalidParams(what: string): RpcError;
export declare function unknownBlock(hash: string): RpcError;
export declare function prunedBlock(hash: string): RpcError;
