import type { WasmMemory } from './webassembly.ts';
export declare class HeapAllocator {
    #private;
    constructor(memory: WasmMemory, heapBase: number);
    /** Address behind everything that was ever handed out. */
    get end(): number;
    allocate(size: number): number;
    release(pointer: number): void;
}
