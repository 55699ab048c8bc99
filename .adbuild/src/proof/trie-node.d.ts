/** A value as stored: `hashed` was decided by the state version at the time it was set. */
export interface TrieValue {
    readonly bytes: Uint8Array;
    readonly hashed: boolean;
    /** Filled on first use: a value is hashed once, whatever happens to the nodes around it. */
    digest: Uint8Array | null;
}
/**
 * An immutable node of a trie in memory. Its path is nibbles `from` to `to` of `key`, which is any key below it;
 * nibbles before `from` are its ancestors'. Only caches (`reference`, `digest`) are ever written.
 */
export interface TrieNode {
    readonly key: Uint8Array;
    readonly from: number;
    readonly to: number;
    readonly value: TrieValue | null;
    /** 16 places, or null for a leaf. */
    readonly children: readonly (TrieNode | null)[] | null;
    /** The encoding when shorter than 32 bytes, else its hash: what the parent holds. */
    reference: Uint8Array | null;
}
export declare function createNode(key: Uint8Array, from: number, to: number, value: TrieValue | null, children: readonly (TrieNode | null)[] | null): TrieNode;
/** What the parent holds of this node: its encoding (under 32 bytes) or its hash (32 bytes). */
export declare function referenceOf(node: TrieNode): Uint8Array;
/** Hash of the root node, which is never inline. */
export declare function rootHash(root: TrieNode | null): Uint8Array;
export declare function digestOf(value: TrieValue): Uint8Array;
/** The node in the format of node-codec.ts. */
export declare function encodeNode(node: TrieNode): Uint8Array;
