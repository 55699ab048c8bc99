import { RescueError } from '../src/domain/errors.js';
import { concat, text, utf8 } from './bytes.js';
/** SCALE for the few shapes between node and runtime; everything richer goes through @polkadot/types. */
export function compact(value) {
    const n = BigInt(value);
    if (n < 64n)
        return Uint8Array.of(Number(n) << 2);
    if (n < 1n << 14n)
        return u16((Number(n) << 2) | 1);
    if (n < 1n << 30n)
        return u32(Number((n << 2n) | 2n));
    const bytes = [];
    for (let rest = n; rest > 0n || bytes.length < 4; rest >>= 8n)
        bytes.push(Number(rest & 0xffn));
    return Uint8Array.of(((bytes.length - 4) << 2) | 3, ...bytes);
}
function u16(value) {
    return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}
export function u32(value) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return bytes;
}
export function u64(value) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    return bytes;
}
export function lengthPrefixed(bytes) {
    return concat(compact(bytes.length), bytes);
}
export function encodedString(value) {
    return lengthPrefixed(utf8(value));
}
export function vector(items) {
    return concat(compact(items.length), ...items);
}
export function option(value) {
    return value === null ? Uint8Array.of(0) : concat(Uint8Array.of(1), value);
}
/** Reads forward through `bytes`; every read past the end throws RESCUE_DEVNET_FAILED. */
export class ScaleReader {
    bytes;
    offset = 0;
    constructor(bytes) {
        this.bytes = bytes;
    }
    get remaining() {
        return this.bytes.length - this.offset;
    }
    take(length) {
        if (length > this.remaining) {
            throw new RescueError('RESCUE_DEVNET_FAILED', 'SCALE bytes end too early; they are not of this type.');
        }
        this.offset += length;
        return this.bytes.subarray(this.offset - length, this.offset);
    }
    u8() {
        return this.take(1)[0] ?? 0;
    }
    u32() {
        const part = this.take(4);
        return new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);
    }
    u64() {
        const part = this.take(8);
        return new DataView(part.buffer, part.byteOffset, 8).getBigUint64(0, true);
    }
    compact() {
        const first = this.u8();
        const mode = first & 3;
        if (mode === 0)
            return first >>> 2;
        if (mode === 1)
            return ((this.u8() << 8) | first) >>> 2;
        if (mode === 2)
            return ((first >>> 2) + this.u8() * 2 ** 6 + this.u8() * 2 ** 14 + this.u8() * 2 ** 22) >>> 0;
        let value = 0;
        const length = (first >>> 2) + 4;
        for (let i = 0; i < length; i++)
            value += this.u8() * 2 ** (8 * i);
        return value;
    }
    byteString() {
        return this.take(this.compact());
    }
    string() {
        return text(this.byteString());
    }
    vector(item) {
        const length = this.compact();
        const items = [];
        for (let i = 0; i < length; i++)
            items.push(item(this));
        return items;
    }
    option(item) {
        return this.u8() === 0 ? null : item(this);
    }
}
//# sourceMappingURL=scale.js.map