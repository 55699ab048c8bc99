import type { ArchivedNode } from '../domain/census.ts';
/** Keys that begin with `prefix`, come after `after` (null: from the first) and not after `upTo` (null: to the last). */
export interface StorageRange {
    readonly prefix: Uint8Array;
    readonly after: Uint8Array | null;
    readonly upTo: Uint8Array | null;
}
export interface VerifiedRange {
    /** Every key of the state that lies in the range, ascending. */
    readonly keys: readonly Uint8Array[];
    /**
     * The nodes and hashed values of these keys with their hashes, without those on the way to `after`, which belong
     * to the range before this one.
     */
    readonly nodes: readonly ArchivedNode[];
}
/**
 * Walks the trie through everything that lies in the range. A node's answer is trusted for nothing: a key that it
 * kept back shows as a child whose node is missing. So whoever goes through a map range by range, each beginning
 * after the end of the one before, has all of its keys.
 *
 * `nodes` is the read proof of all keys in the range and of `after` (or of `prefix` itself, at the beginning).
 * @throws RESCUE_PROOF_INVALID when a node of the range is missing or malformed
 */
export declare function verifyStorageRange(stateRoot: Uint8Array, nodes: readonly Uint8Array[], range: StorageRange): VerifiedRange;
