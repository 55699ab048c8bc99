import { type Hex } from './units.ts';
/** What a runtime says of itself in its `runtime_version` section (`sp_version::RuntimeVersion`). */
export interface RuntimeLabel {
    readonly specName: string;
    readonly implName: string;
    readonly authoringVersion: number;
    readonly specVersion: number;
    readonly implVersion: number;
    readonly transactionVersion: number;
    /** Version of the state trie, 0 or 1 (`system_version` in newer SDKs). */
    readonly stateVersion: number;
}
export interface CodeFacts {
    /** blake2-256 of the blob as it is, compressed or not: what the relay chain stores. */
    readonly codeHash: Hex;
    readonly size: number;
    /** zstd behind Substrate's 8-byte prefix. */
    readonly compressed: boolean;
    readonly uncompressedSize: number;
    readonly runtime: RuntimeLabel;
}
export interface CodeExpectations {
    /** The relay's `configuration.activeConfig.maxCodeSize`, in bytes of the blob. */
    readonly maxCodeSize: number;
    /** `Paras.CurrentCodeHash`. */
    readonly currentCodeHash?: Hex | null;
    /** What the stalled chain's own state runs. */
    readonly expectSpec?: {
        readonly specName: string;
        readonly specVersion: number;
    };
}
/** blake2-256 of the blob as it is, compressed or not: what the relay chain stores as `Paras.CurrentCodeHash`. */
export declare function hashCode(blob: Uint8Array): Hex;
/**
 * Everything that can be known of a proposed runtime without running it.
 * @throws RESCUE_CODE_INVALID with the one reason why it cannot rescue the para.
 */
export declare function inspectCode(blob: Uint8Array, expectations: CodeExpectations): CodeFacts;
