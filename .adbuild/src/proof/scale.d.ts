/**
 * Reads SCALE values off bytes from one end to the other; every read checks that the bytes are there and that
 * the encoding is the shortest one, as parity-scale-codec does. Throws `PROOF_BAD_ENCODING`.
 */
export declare class ScaleReader {
    #private;
    /** `what` names the thing being read in error messages. */
    constructor(bytes: Uint8Array, what: string);
    get offset(): number;
    get remaining(): number;
    /** Exactly `length` bytes as a copy. */
    bytes(length: number): Uint8Array;
    u8(): number;
    u32(): number;
    u64(): bigint;
    u128(): bigint;
    /** A `Compact<u32>`: a number below 2^32. */
    compact(): number;
    /** A compact number of up to 2^536 - 1. */
    compactBig(): bigint;
    /** A `Vec<u8>`: compact length, then that many bytes. */
    vec(): Uint8Array;
    /** A `Vec<T>`; `item` reads one. The claimed length is checked against the bytes left, one at least an item. */
    list<T>(item: () => T): T[];
    /** Refuses bytes after the last value. */
    end(): void;
}
/** SCALE compact encoding of a number from 0 to 2^32 - 1. */
export declare function encodeCompact(value: number): Uint8Array;
/** The lowest `size` bytes of a number, little-endian. */
export declare function encodeLittle(value: number | bigint, size: number): Uint8Array;
