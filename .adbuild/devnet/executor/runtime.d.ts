import { Overlay } from '../chain/overlay.ts';
import { type RuntimeVersion } from './code.ts';
import type { RuntimeLog } from './host.ts';
export interface CallResult {
    readonly result: Uint8Array;
    readonly logs: readonly RuntimeLog[];
}
/**
 * A compiled runtime. Calls run on the engine's own WebAssembly compiler, one at a time, and write
 * nothing but the overlay they are given.
 */
export declare class Runtime {
    #private;
    readonly version: RuntimeVersion;
    /** The runtime of these very bytes, compiled once however many chains run it. Throws RESCUE_CODE_INVALID. */
    static of(blob: Uint8Array): Runtime;
    /** Throws RESCUE_CODE_INVALID when `blob` is no wasm or says no version. */
    constructor(blob: Uint8Array);
    /** Throws RuntimePanic when the call traps; `overlay` may then hold half-done work: drop it or roll it back. */
    call(method: string, argument: Uint8Array, overlay: Overlay): CallResult;
}
