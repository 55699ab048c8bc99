/** Gives the bytes with this hash, or null when it doesn't have them. */
export type NodeSource = (hash: Uint8Array) => Promise<Uint8Array | null>;
/**
 * The nodes that prove these keys present or absent, fetched one by one from an archive: what `state_getReadProof` of
 * a living node would give. Null when the archive lacks one of them. Whoever uses the proof verifies it, so the source
 * need not be trusted.
 * @throws ProofError `PROOF_BAD_NODE` when an archived node is malformed
 */
export declare function proofFromArchive(stateRoot: Uint8Array, keys: readonly Uint8Array[], nodeOf: NodeSource): Promise<Uint8Array[] | null>;
/** The same from nodes in memory, by the hex of their hash: the nodes that the keys need, none besides. */
export declare function proofFromNodes(stateRoot: Uint8Array, keys: readonly Uint8Array[], nodes: ReadonlyMap<string, Uint8Array>, into?: Map<string, Uint8Array>): Map<string, Uint8Array> | null;
