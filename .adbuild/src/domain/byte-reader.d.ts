/** Bytes that do not hold what they claim to. The caller turns it into a coded error. */
export declare class MalformedBytes extends Error {
    readonly name = "MalformedBytes";
}
/** Reads forward through bytes; every read checks that the bytes are there. Throws `MalformedBytes`. */
export declare class ByteReader {
    #private;
    constructor(bytes: Uint8Array, what: string);
    get offset(): number;
    get remaining(): number;
    /** A view of the next `length` bytes, not a copy. */
    bytes(length: number): Uint8Array;
    u8(): number;
    /** Little-endian, up to 6 bytes (48 bits). */
    little(length: number): number;
    /** Unsigned LEB128 of 32 bits, as WebAssembly writes counts and indices: at most five bytes. */
    leb(): number;
    /** SCALE `Compact<u32>`. */
    compact(): number;
    /** The next `length` bytes as UTF-8. */
    text(length: number): string;
    malformed(problem: string): MalformedBytes;
}
