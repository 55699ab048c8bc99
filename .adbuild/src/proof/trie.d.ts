/** 0: all values inline. 1: values of 33 bytes and more by hash. A runtime's `RuntimeVersion.stateVersion`. */
export type StateVersion = 0 | 1;
/** A whole state. Never changes; keys and values are kept by reference and must not be changed either. */
export interface Trie {
    /** 32 bytes. Computed when first read; nodes shared with an earlier trie are not hashed again. */
    readonly root: Uint8Array;
    readonly stateVersion: StateVersion;
    get(key: Uint8Array): Uint8Array | null;
    /** All keys that begin with `prefix`, in the order of their bytes, with their values. */
    entries(prefix?: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]>;
    /**
     * The nodes that prove these keys present or absent, as a node's `state_getReadProof` records them: every node
     * on the way that isn't inline, and hashed values as entries of their own; each once, the root first.
     */
    prove(keys: readonly Uint8Array[]): Uint8Array[];
    /**
     * A trie with these changes on top, null deleting; the last one of a key counts. With another `stateVersion` the
     * values that are set follow it, and the others stay as they are, as on a chain that has changed versions.
     */
    update(changes: Iterable<readonly [Uint8Array, Uint8Array | null]>, stateVersion?: StateVersion): Trie;
}
/** The trie of a whole state. Throws `PROOF_DUPLICATE_KEY` when a key occurs twice. */
export declare function buildTrie(entries: Iterable<readonly [Uint8Array, Uint8Array]>, stateVersion: StateVersion): Trie;
