import type { Overlay } from '../chain/overlay.ts';
import { Host } from './host.ts';
import { type WasmModule } from './webassembly.ts';
/**
 * A module with its memory, good for one call after another: between calls the memory becomes what it was after
 * instantiation. The only mutable global of a runtime is the stack pointer, which a call that returns leaves as it
 * found it; after a trap the instance must be thrown away.
 */
export declare class RuntimeInstance {
    #private;
    readonly host: Host;
    readonly exports: Readonly<Record<string, unknown>>;
    constructor(module: WasmModule, imports: readonly string[], memoryPages: number, overlay: Overlay);
    /** Makes ready for a call on `overlay`. */
    reset(overlay: Overlay): void;
}
