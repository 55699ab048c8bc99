import { type Header } from './header.ts';
/** One validator's signed vote for `targetHash` and all its ancestors. */
export interface SignedPrecommit {
    readonly targetHash: Uint8Array;
    readonly targetNumber: number;
    /** ed25519, 64 bytes. */
    readonly signature: Uint8Array;
    /** ed25519 public key of the voter, 32 bytes. */
    readonly id: Uint8Array;
}
export interface HashedHeader {
    readonly hash: Uint8Array;
    readonly header: Header;
}
/**
 * sp-consensus-grandpa `GrandpaJustification` of a chain with 32-byte hashes and 32-bit numbers: round u64,
 * commit (target hash, target number u32, precommits), headers that lead from the votes' targets to the lowest one.
 */
export interface Justification {
    readonly round: bigint;
    readonly targetHash: Uint8Array;
    readonly targetNumber: number;
    readonly precommits: readonly SignedPrecommit[];
    readonly votesAncestries: readonly HashedHeader[];
}
/** What `grandpa_proveFinality` answers: `block` is final by `justification`, and the headers lead up to it. */
export interface FinalityProof {
    readonly block: Uint8Array;
    /** Encoded `Justification` of `block`. */
    readonly justification: Uint8Array;
    /** From the one after the block asked for up to `block`. */
    readonly unknownHeaders: readonly HashedHeader[];
}
export interface Authority {
    /** ed25519 public key, 32 bytes. */
    readonly id: Uint8Array;
    readonly weight: bigint;
}
/** The voters of one session-long set; `setId` is `Grandpa.CurrentSetId`. */
export interface AuthoritySet {
    readonly setId: bigint;
    readonly authorities: readonly Authority[];
}
/** Reads a justification as the node's subscription and blocks carry it. Throws `PROOF_BAD_JUSTIFICATION`. */
export declare function decodeJustification(bytes: Uint8Array): Justification;
/** Reads the bytes of a finality proof. Throws `PROOF_BAD_JUSTIFICATION`. */
export declare function decodeFinalityProof(bytes: Uint8Array): FinalityProof;
/**
 * Reads a `Vec<(AuthorityId, u64)>`: the value of `Grandpa.Authorities` and what the runtime function
 * `GrandpaApi_grandpa_authorities` gives. Throws `PROOF_BAD_ENCODING`.
 */
export declare function decodeAuthorities(bytes: Uint8Array): Authority[];
