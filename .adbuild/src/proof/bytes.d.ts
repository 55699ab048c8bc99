/** The given pieces, one after the other. */
export declare function concatBytes(...pieces: readonly Uint8Array[]): Uint8Array;
/** True when both hold the same bytes. Not constant-time: for public data only. */
export declare function equalBytes(a: Uint8Array, b: Uint8Array): boolean;
/** Lexicographic order by unsigned bytes, a prefix before what it begins: the order of keys in a trie. */
export declare function compareBytes(a: Uint8Array, b: Uint8Array): number;
/** Lower-case hex with 0x, for error messages. */
export declare function toHex(bytes: Uint8Array): string;
