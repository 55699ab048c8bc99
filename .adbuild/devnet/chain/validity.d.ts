/** sp-runtime's `ValidTransaction`; tags in hex. */
export interface ValidTransaction {
    readonly priority: bigint;
    readonly requires: readonly string[];
    readonly provides: readonly string[];
    readonly longevity: bigint;
}
export interface TransactionError {
    readonly kind: 'invalid' | 'unknown';
    /** Nodes put these sentences into their RPC errors; clients show them. */
    readonly reason: string;
    /** May work in a later block as it is. */
    readonly retry: boolean;
    readonly stale: boolean;
}
/** SCALE `TransactionValidity`. */
export declare function decodeValidity(bytes: Uint8Array): ValidTransaction | TransactionError;
/** SCALE `ApplyExtrinsicResult`: null when the extrinsic belongs into the block, whether its call worked or not. */
export declare function decodeApplyResult(bytes: Uint8Array): TransactionError | null;
