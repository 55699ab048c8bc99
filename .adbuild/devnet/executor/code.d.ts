import { type Hex } from '../bytes.ts';
import { type WasmModule } from './webassembly.ts';
export interface RuntimeVersion {
    readonly specName: string;
    readonly implName: string;
    readonly authoringVersion: number;
    readonly specVersion: number;
    readonly implVersion: number;
    /** Eight bytes of hash in hex, and the version of that runtime API. */
    readonly apis: readonly (readonly [Hex, number])[];
    readonly transactionVersion: number;
    readonly stateVersion: 0 | 1;
}
/** Plain wasm of a code blob as chains store it. */
export declare function unpackCode(blob: Uint8Array): Uint8Array;
/** The version in the wasm's custom sections, as nodes read it without running the code; null without sections. */
export declare function embeddedVersion(module: WasmModule): RuntimeVersion | null;
export declare function decodeVersion(bytes: Uint8Array): RuntimeVersion;
export declare function encodeVersion(version: RuntimeVersion): Uint8Array;
/**
 * The same wasm with another `spec_version` in its `runtime_version` section: what makes a runtime acceptable as
 * a code substitute (chain-facts section 7). The version that was compiled in stays.
 */
export declare function relabelled(blob: Uint8Array, specVersion: number): Uint8Array;
