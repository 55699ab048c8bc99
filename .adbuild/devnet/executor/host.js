import { HeapAllocator } from './allocator.js';
/**
 * What host functions work with during one runtime call: the guest's memory and the storage. Fat pointers are
 * i64 values, the address in the low and the length in the high 32 bits.
 */
export class Host {
    memory;
    overlay;
    logs = [];
    /** What the runtime said when it aborted. */
    panic;
    #allocator;
    constructor(memory, overlay) {
        this.memory = memory;
        this.overlay = overlay;
    }
    /** A new call: an empty heap from `heapBase`, which is an export and known only after instantiation. */
    begin(overlay, heapBase) {
        this.overlay = overlay;
        this.logs = [];
        this.panic = undefined;
        this.#allocator = new HeapAllocator(this.memory, heapBase);
    }
    get allocator() {
        if (this.#allocator === undefined)
            throw new Error('the runtime used the heap before it had one');
        return this.#allocator;
    }
    /** A view into the guest; it is only good until the guest runs or allocates again. */
    view(fat) {
        return new Uint8Array(this.memory.buffer, Number(fat & 0xffffffffn), Number((fat >> 32n) & 0xffffffffn));
    }
    copy(fat) {
        return this.view(fat).slice();
    }
    at(pointer, length) {
        return new Uint8Array(this.memory.buffer, pointer >>> 0, length);
    }
    /** Copies `bytes` into newly allocated guest memory and returns the address. */
    place(bytes) {
        const pointer = this.allocator.allocate(bytes.length);
        this.at(pointer, bytes.length).set(bytes);
        return pointer;
    }
    /** As `place`, but returns a fat pointer. */
    give(bytes) {
        return (BigInt(bytes.length) << 32n) | BigInt(this.place(bytes) >>> 0);
    }
}
//# sourceMappingURL=host.js.map