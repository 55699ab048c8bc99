/**
 * The units of the project. Aliases rather than brands: they carry meaning to the reader, and the borders
 * (schemas, decoders) guarantee the ranges.
 */
const HEX = /^0x(?:[0-9a-f]{2})*$/;
/** True for `0x` followed by an even number of lower-case hex digits. */
export function isHex(value) {
    return typeof value === 'string' && HEX.test(value);
}
/** Bytes as lower-case `0x` hex. */
export function toHex(bytes) {
    return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}
/**
 * Hex as bytes; upper case is accepted, because wallets and explorers print it.
 * @throws TypeError when the text is not hex; callers at a border turn it into a coded error.
 */
export function fromHex(text) {
    const lower = text.toLowerCase();
    if (!isHex(lower))
        throw new TypeError(`not 0x-prefixed hex with whole bytes: ${text.slice(0, 20)}`);
    return new Uint8Array(Buffer.from(lower.slice(2), 'hex'));
}
//# sourceMappingURL=units.js.map