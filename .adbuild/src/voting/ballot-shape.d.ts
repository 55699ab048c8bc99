import { type SignedBallot } from '../domain/round.ts';
/**
 * A signed ballot from anything that came from outside; hex must be lower-case, unknown fields are refused.
 * @throws RESCUE_VOTE_INVALID naming each field that is wrong.
 */
export declare function checkBallotShape(input: unknown): SignedBallot;
