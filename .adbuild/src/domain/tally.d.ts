import { type Policy } from './policy.ts';
import type { Choice } from './round.ts';
import type { AccountHex, Hex, Planck, RelayBlock } from './units.ts';
/** What a tally needs of a counted vote. */
export interface WeighedVote {
    readonly account: AccountHex;
    readonly proposal: Hex;
    readonly choice: Choice;
    readonly power: Planck;
}
export interface Tally {
    readonly proposal: Hex;
    readonly ayes: Planck;
    readonly nays: Planck;
    readonly abstains: Planck;
    readonly votes: number;
    readonly electorate: Planck;
    /** Ayes reached the policy's share of ayes and nays, and outnumber the nays. */
    readonly approved: boolean;
    /** Ayes and abstains reached the policy's share of the electorate. Nays never help a proposal to pass. */
    readonly quorate: boolean;
}
/** Sums the votes on one proposal. The caller passes at most one vote an account: the latest sequence. */
export declare function tallyProposal(proposal: Hex, votes: Iterable<WeighedVote>, electorate: Planck, voting: Pick<Policy['voting'], 'approval' | 'quorum'>): Tally;
/** Applies the policy's shares to sums; cross-multiplied, so that nothing is rounded. */
export declare function judge(proposal: Hex, sums: Readonly<Record<Choice, Planck>>, votes: number, electorate: Planck, voting: Pick<Policy['voting'], 'approval' | 'quorum'>): Tally;
/** Clock of a round, in relay blocks. */
export interface RoundClock {
    readonly openedAt: RelayBlock;
    readonly closesAt: RelayBlock;
    /** First relay block at which some proposal was quorate. */
    readonly quorateSince: RelayBlock | null;
    readonly extended: boolean;
}
export declare function openClock(openedAt: RelayBlock, voting: Policy['voting']): RoundClock;
/**
 * Late-quorum extension: when quorum is first reached with fewer than the policy's blocks left, the round closes that
 * many blocks after it instead; once. It takes away the advantage of voting in the last moment.
 */
export declare function advanceClock(clock: RoundClock, now: RelayBlock, quorate: boolean, voting: Pick<Policy['voting'], 'lateQuorumExtensionBlocks'>): RoundClock;
export interface CandidateTally extends Tally {
    readonly admittedAt: RelayBlock;
    /** The policy's technical body endorsed it (`isEndorsed`). */
    readonly endorsed?: boolean;
}
export type Decision = {
    readonly kind: 'open';
} | {
    readonly kind: 'approved';
    readonly proposal: Hex;
} | {
    readonly kind: 'rejected';
};
/**
 * The rule of a round at finalized relay block `now`:
 * 1. A proposal can pass once `shortestBlocks` went by since its own admission; an endorsed one once the endorsement's
 *    `shortestBlocks` did, when the policy has such a rule. Admission refuses proposals that would not have
 *    `voting.shortestBlocks` before the round closes, so nobody can slip one in at the end.
 * 2. Of those approved and quorate, the one with the largest surplus of ayes over nays wins; at a tie the one
 *    admitted first, then the lower hash, so that every recount agrees.
 * 3. When the round closes with none, it is rejected.
 */
export declare function decideRound(tallies: readonly CandidateTally[], clock: RoundClock, now: RelayBlock, voting: Pick<Policy['voting'], 'shortestBlocks'>, endorsement?: Pick<NonNullable<Policy['endorsement']>, 'shortestBlocks'>): Decision;
