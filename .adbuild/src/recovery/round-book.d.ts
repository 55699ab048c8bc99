import type { Policy } from '../domain/policy.ts';
import type { Ledger, RoundKey } from '../domain/ports.ts';
import type { Anchor, CountedVote, Proposal } from '../domain/round.ts';
import { type CandidateTally } from '../domain/tally.ts';
import type { AccountHex, Planck } from '../domain/units.ts';
/** The votes of one round in memory, kept equal to the ledger: every change is on disk before it is in here. */
export interface RoundBook {
    readonly key: RoundKey;
    readonly anchor: Anchor;
    readonly policy: Policy;
    readonly electorate: Planck;
    proposals(): readonly Proposal[];
    votes(): readonly CountedVote[];
    vote(account: AccountHex): CountedVote | null;
    tallies(): readonly CandidateTally[];
    addProposal(proposal: Proposal): void;
    /** Replaces the account's earlier vote, whatever proposal it was for. */
    addVote(vote: CountedVote): void;
}
/**
 * Loads a round from the ledger.
 * @throws RESCUE_PROOF_INVALID when the stored evidence does not prove the anchor or the electorate.
 */
export declare function openRoundBook(ledger: Ledger, key: RoundKey, anchor: Anchor, policy: Policy): Promise<RoundBook>;
