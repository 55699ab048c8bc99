import { type AuthoritySet } from './grandpa-codec.ts';
export interface FinalizedBlock {
    readonly hash: Uint8Array;
    readonly number: number;
}
/**
 * Checks a justification against the set of authorities that voted, by the rules of sc-consensus-grandpa
 * (`GrandpaJustification::verify_with_voter_set`) and finality-grandpa (`validate_commit`), and gives the block that
 * it makes final:
 *
 * 1. every vote is of a member of the set, who votes once, or twice differently (an equivocator, counted for
 *    every block);
 * 2. every vote's target is the lowest target or descends from it through the headers carried, all of which are used;
 * 3. the commit's target is the highest block with more than two thirds of the weight on it and its descendants;
 * 4. every signature is valid for this round and set.
 *
 * Signatures are checked last, as they cost most. They are checked by OpenSSL, whose rules for odd keys are stricter
 * than a node's: it may refuse what no honest signer makes, and accepts nothing that a node refuses.
 *
 * Throws `PROOF_BAD_JUSTIFICATION`, `PROOF_TOO_FEW_VOTES`, `PROOF_BAD_SIGNATURE`, and `PROOF_UNKNOWN_SET` when another
 * set than the given one has voted.
 */
export declare function verifyJustification(bytes: Uint8Array, set: AuthoritySet): FinalizedBlock;
/**
 * Checks that the block with this encoded header is final by an answer of `grandpa_proveFinality`, and gives the
 * block that was justified: the same one or a descendant. Throws what `verifyJustification` throws, and
 * `PROOF_BAD_JUSTIFICATION` when the headers don't lead from one to the other.
 */
export declare function verifyFinalityProof(bytes: Uint8Array, header: Uint8Array, set: AuthoritySet): FinalizedBlock;
/** Bytes that a voter signs: precommit message (kind 1, hash, number), round, set id; all little-endian. */
export declare function precommitPayload(targetHash: Uint8Array, targetNumber: number, round: bigint, setId: bigint): Uint8Array;
