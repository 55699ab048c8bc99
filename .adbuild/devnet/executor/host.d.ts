import type { Overlay } from '../chain/overlay.ts';
import { HeapAllocator } from './allocator.ts';
import type { WasmMemory } from './webassembly.ts';
/** One line that the runtime logged; level 0 is an error, 4 a trace. */
export interface RuntimeLog {
    readonly level: number;
    readonly target: string;
    readonly message: string;
}
/**
 * What host functions work with during one runtime call: the guest's memory and the storage. Fat pointers are
 * i64 values, the address in the low and the length in the high 32 bits.
 */
export declare class Host {
    #private;
    readonly memory: WasmMemory;
    overlay: Overlay;
    logs: RuntimeLog[];
    /** What the runtime said when it aborted. */
    panic: string | undefined;
    constructor(memory: WasmMemory, overlay: Overlay);
    /** A new call: an empty heap from `heapBase`, which is an export and known only after instantiation. */
    begin(overlay: Overlay, heapBase: number): void;
    get allocator(): HeapAllocator;
    /** A view into the guest; it is only good until the guest runs or allocates again. */
    view(fat: bigint): Uint8Array;
    copy(fat: bigint): Uint8Array;
    at(pointer: number, length: number): Uint8Array;
    /** Copies `bytes` into newly allocated guest memory and returns the address. */
    place(bytes: Uint8Array): number;
    /** As `place`, but returns a fat pointer. */
    give(bytes: Uint8Array): bigint;
}
