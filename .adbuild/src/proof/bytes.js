/** The given pieces, one after the other. */
export function concatBytes(...pieces) {
    let length = 0;
    for (const piece of pieces)
        length += piece.length;
    const out = new Uint8Array(length);
    let offset = 0;
    for (const piece of pieces) {
        out.set(piece, offset);
        offset += piece.length;
    }
    return out;
}
/** True when both hold the same bytes. Not constant-time: for public data only. */
export function equalBytes(a, b) {
    if (a.length !== b.length)
        return false;
    for (let i = 0; i < a.length; i++)
        if (a[i] !== b[i])
            return false;
    return true;
}
/** Lexicographic order by unsigned bytes, a prefix before what it begins: the order of keys in a trie. */
export function compareBytes(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
        const difference = a[i] - b[i];
        if (difference !== 0)
            return difference;
    }
    return a.length - b.length;
}
/** Lower-case hex with 0x, for error messages. */
export function toHex(bytes) {
    let out = '0x';
    for (const byte of bytes)
        out += byte.toString(16).padStart(2, '0');
    return out;
}
//# sourceMappingURL=bytes.js.map