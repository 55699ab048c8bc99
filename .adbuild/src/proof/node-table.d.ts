/**
 * The nodes of a proof by their hash: open addressing over one array of hashes, each as 8 words of 32 bits. The slot
 * is salted with a random number, so that nobody can prepare nodes which all fall into one slot and make the reading
 * slow.
 */
export declare class NodeTable {
    #private;
    /** How many nodes have the same bytes as an earlier one; `find` gives the first. */
    readonly repeated: number;
    constructor(nodes: readonly Uint8Array[]);
    /** Index of the node whose hash is in `bytes` from `offset` on, or -1. */
    find(bytes: Uint8Array, offset: number): number;
}
