/** SCALE for the few shapes between node and runtime; everything richer goes through @polkadot/types. */
export declare function compact(value: number | bigint): Uint8Array;
export declare function u32(value: number): Uint8Array;
export declare function u64(value: number | bigint): Uint8Array;
export declare function lengthPrefixed(bytes: Uint8Array): Uint8Array;
export declare function encodedString(value: string): Uint8Array;
export declare function vector(items: readonly Uint8Array[]): Uint8Array;
export declare function option(value: Uint8Array | null): Uint8Array;
/** Reads forward through `bytes`; every read past the end throws RESCUE_DEVNET_FAILED. */
export declare class ScaleReader {
    readonly bytes: Uint8Array;
    offset: number;
    constructor(bytes: Uint8Array);
    get remaining(): number;
    take(length: number): Uint8Array;
    u8(): number;
    u32(): number;
    u64(): bigint;
    compact(): number;
    byteString(): Uint8Array;
    string(): string;
    vector<T>(item: (reader: ScaleReader) => T): T[];
    option<T>(item: (reader: ScaleReader) => T): T | null;
}
