import { ProofError } from './error.js';
/**
 * Reads SCALE values off bytes from one end to the other; every read checks that the bytes are there and that
 * the encoding is the shortest one, as parity-scale-codec does. Throws `PROOF_BAD_ENCODING`.
 */
export class ScaleReader {
    #bytes;
    #what;
    #offset = 0;
    /** `what` names the thing being read in error messages. */
    constructor(bytes, what) {
        this.#bytes = bytes;
        this.#what = what;
    }
    get offset() {
        return this.#offset;
    }
    get remaining() {
        return this.#bytes.length - this.#offset;
    }
    /** Exactly `length` bytes as a copy. */
    bytes(length) {
        if (length > this.remaining)
            throw this.#bad(`ends after ${this.#bytes.length} bytes, too early`);
        const start = this.#offset;
        this.#offset += length;
        return new Uint8Array(this.#bytes.subarray(start, this.#offset));
    }
    u8() {
        return this.bytes(1)[0];
    }
    u32() {
        return Number(this.#little(4));
    }
    u64() {
        return this.#little(8);
    }
    u128() {
        return this.#little(16);
    }
    /** A `Compact<u32>`: a number below 2^32. */
    compact() {
        const value = this.compactBig();
        if (value > 0xffffffffn)
            throw this.#bad('has a compact number above 32 bits');
        return Number(value);
    }
    /** A compact number of up to 2^536 - 1. */
    compactBig() {
        const first = this.u8();
        const mode = first & 3;
        if (mode === 0)
            return BigInt(first >> 2);
        if (mode === 3) {
            const length = (first >> 2) + 4;
            const value = this.#little(length);
            const smallest = length === 4 ? 1n << 30n : 1n << BigInt(8 * (length - 1));
            if (value < smallest)
                throw this.#bad('has a compact number that is longer than needed');
            return value;
        }
        const rest = this.#little(mode === 1 ? 1 : 3);
        const value = (rest << 6n) | BigInt(first >> 2);
        if (value < (mode === 1 ? 1n << 6n : 1n << 14n)) {
            throw this.#bad('has a compact number that is longer than needed');
        }
        return value;
    }
    /** A `Vec<u8>`: compact length, then that many bytes. */
    vec() {
        return this.bytes(this.compact());
    }
    /** A `Vec<T>`; `item` reads one. The claimed length is checked against the bytes left, one at least an item. */
    list(item) {
        const length = this.compact();
        if (length > this.remaining)
            throw this.#bad(`claims ${length} items and is too short for them`);
        const items = [];
        for (let i = 0; i < length; i++)
            items.push(item());
        return items;
    }
    /** Refuses bytes after the last value. */
    end() {
        if (this.remaining > 0)
            throw this.#bad(`has ${this.remaining} bytes after its end`);
    }
    #little(length) {
        let value = 0n;
        const bytes = this.bytes(length);
        for (let i = length - 1; i >= 0; i--)
            value = (value << 8n) | BigInt(bytes[i]);
        return value;
    }
    #bad(problem) {
        return new ProofError('PROOF_BAD_ENCODING', `The ${this.#what} ${problem}.`);
    }
}
/** SCALE compact encoding of a number from 0 to 2^32 - 1. */
export function encodeCompact(value) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
        throw new ProofError('PROOF_BAD_ARGUMENT', `${value} is no 32-bit number to encode as compact.`);
    }
    if (value < 1 << 6)
        return Uint8Array.of(value << 2);
    if (value < 1 << 14)
        return Uint8Array.of(((value & 0x3f) << 2) | 1, value >>> 6);
    if (value < 1 << 30) {
        return Uint8Array.of(((value & 0x3f) << 2) | 2, value >>> 6, value >>> 14, value >>> 22);
    }
    return Uint8Array.of(3, value, value >>> 8, value >>> 16, value >>> 24);
}
/** The lowest `size` bytes of a number, little-endian. */
export function encodeLittle(value, size) {
    const out = new Uint8Array(size);
    let rest = BigInt(value);
    for (let i = 0; i < size; i++) {
        out[i] = Number(rest & 0xffn);
        rest >>= 8n;
    }
    return out;
}
//# sourceMappingURL=scale.js.map