import { ProofError } from './error.ts';
import type { AuthoritySet, Justification } from './grandpa-codec.ts';
/**
 * Checks rules 1 to 3 of `verifyJustification`: everything but the signatures. Takes time in proportion to the votes
 * and headers. Throws `PROOF_BAD_JUSTIFICATION`, `PROOF_TOO_FEW_VOTES` and `PROOF_UNKNOWN_SET`.
 */
export declare function checkVotes(justification: Justification, set: AuthoritySet): void;
/** For votes of another set than the given one. */
export declare function unknownSet(set: AuthoritySet, why: string): ProofError;
/** For a justification that breaks a rule. */
export declare function badJustification(problem: string): ProofError;
