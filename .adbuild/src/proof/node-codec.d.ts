/**
 * Substrate's trie node format (sp-trie `NodeCodec`, `node_header.rs`):
 *
 * - header: kind in the top bits, number of nibbles of the partial key in the rest (see `HEADERS`), continued in
 *   bytes of 255 and one below 255 when it doesn't fit;
 * - partial key: two nibbles a byte, an odd count begins with a zero nibble;
 * - branches only: bitmap of children, little-endian u16, never zero;
 * - value: inline as `Vec<u8>`, or its 32-byte hash in the hashed kinds (state version 1, values of 33 bytes and
 *   more);
 * - branches only: each child as `Vec<u8>`, its encoding when that is shorter than 32 bytes, else its hash.
 *
 * The empty trie is the single byte 0.
 */
export declare const HASH_LENGTH = 32;
/** State version 1 hashes values from this length on (`TRIE_VALUE_NODE_THRESHOLD`). */
export declare const HASHED_VALUE_FROM = 33;
export declare const EMPTY_NODE: Uint8Array;
export type ValueKind = 'none' | 'inline' | 'hash';
/** A decoded node as offsets into `data`; it was checked whole. */
export interface DecodedNode {
    readonly data: Uint8Array;
    /** 0 for a leaf. Bit i is set when child i exists. */
    readonly bitmap: number;
    readonly nibbles: number;
    readonly partialStart: number;
    readonly value: ValueKind;
    readonly valueStart: number;
    readonly valueEnd: number;
    /** Where the first child's length byte is. */
    readonly childrenStart: number;
    /** How often a reader has gone through here, and from the second time on the children it came to, by nibble. */
    visits: number;
    found: (DecodedNode | undefined)[] | null;
}
/** The header bytes of a node of this kind. */
export declare function encodeNodeHeader(isLeaf: boolean, value: ValueKind, nibbles: number): number[];
/**
 * Decodes the node in `data` from `start` to `end`, which it must fill exactly. Refuses everything that no node
 * writes: overlong lengths, non-zero padding, branches without children, children longer than a hash, an empty
 * node. Throws `PROOF_BAD_NODE`.
 */
export declare function decodeNode(data: Uint8Array, start: number, end: number): DecodedNode;
/** Where the length byte of child `index` is, or -1 when there is no such child. */
export declare function childOffset(node: DecodedNode, index: number): number;
/** True when the node's partial key is what `key` has from nibble `depth` on; the key must be long enough. */
export declare function partialMatches(node: DecodedNode, key: Uint8Array, depth: number): boolean;
/** Nibble `index` of a key, the high half of each byte first. */
export declare function nibbleAt(key: Uint8Array, index: number): number;
/** How many bytes the compact encoding of a 32-bit length has. */
export declare function compactSize(value: number): number;
