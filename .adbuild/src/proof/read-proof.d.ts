export interface ReadProofOptions {
    /** 32 bytes, from a header that is trusted. */
    readonly stateRoot: Uint8Array;
    /** Trie nodes and hashed values in any order, as `state_getReadProof` gives them. */
    readonly proof: readonly Uint8Array[];
    readonly keys: readonly Uint8Array[];
    /** Also refuse nodes that occur twice or that none of the keys needs. */
    readonly strict?: boolean;
}
/** Reads values of one state from a set of nodes; each node was hashed once, however many keys are read. */
export interface ProofVerifier {
    readonly stateRoot: Uint8Array;
    /**
     * The value under `key`, or null when the nodes prove that there is none. The bytes are part of a node: copy them
     * before changing them. Throws `PROOF_MISSING_NODE` when the nodes prove neither and `PROOF_BAD_NODE` when one on
     * the way is malformed.
     */
    get(key: Uint8Array): Uint8Array | null;
    /** How many nodes no `get` has needed so far, repeated ones included. */
    unusedNodes(): number;
}
/**
 * The value of each key in the state with this root, null where the proof shows that there is none. Both state
 * versions and mixtures of them are read. Keys may repeat. The values are parts of the nodes: copy before changing.
 *
 * Throws `ProofError`: `PROOF_MISSING_NODE`, `PROOF_BAD_NODE`, `PROOF_BAD_ARGUMENT`, and when strict
 * `PROOF_UNUSED_NODE` and `PROOF_DUPLICATE_NODE`.
 */
export declare function verifyReadProof(options: ReadProofOptions): (Uint8Array | null)[];
/**
 * Hashes all nodes once and answers for any number of keys. The nodes are kept by reference: don't change them
 * while the verifier is in use. With `strict` a repeated node is refused (`PROOF_DUPLICATE_NODE`); whether all were
 * needed is the caller's to ask with `unusedNodes()` at the end.
 */
export declare function createProofVerifier(stateRoot: Uint8Array, nodes: readonly Uint8Array[], options?: {
    readonly strict?: boolean;
}): ProofVerifier;
