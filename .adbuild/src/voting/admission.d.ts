import type { CountedVote } from '../domain/round.ts';
import type { RoundClock } from '../domain/tally.ts';
import type { AccountHex, Hex, ParaId, Planck, RelayBlock } from '../domain/units.ts';
import { type PowerRules } from './account-power.ts';
/** The round that is open for votes. */
export interface OpenRound {
    readonly relayGenesis: Hex;
    readonly paraId: ParaId;
    /** Hash of the anchor's head. */
    readonly anchor: Hex;
    readonly round: number;
    /** Hashes of the proposals admitted to this round. */
    readonly proposals: ReadonlySet<Hex>;
    readonly clock: Pick<RoundClock, 'closesAt'>;
}
export interface AdmissionInput {
    /** Whatever came in; the shape is checked first. */
    readonly ballot: unknown;
    readonly policy: PowerRules;
    readonly round: OpenRound;
    /** Finalized relay block at which the vote is admitted. */
    readonly now: RelayBlock;
    /** The account's vote that counts so far in this round. */
    readonly previous: (account: AccountHex) => Promise<Pick<CountedVote, 'sequence'> | null>;
    /**
     * The account's voting power from storage proven at the anchor. The expensive part: called last, and only for an
     * account that signed the vote. Throws its own coded error when nothing can be proven now.
     */
    readonly provePower: (account: AccountHex) => Promise<Planck>;
}
/**
 * Checks a vote from cheap to expensive and gives it as it counts; nothing is stored here:
 * 1. shape and sizes;
 * 2. bound to the open round: relay, para, anchor, round, an admitted proposal, not closed;
 * 3. the policy does not exclude the account;
 * 4. sequence above the one counted so far;
 * 5. signature;
 * 6. voting power above zero.
 *
 * Needs `signaturesReady()`.
 * @throws RESCUE_VOTE_INVALID, RESCUE_VOTE_SEQUENCE, RESCUE_VOTE_NO_POWER, RESCUE_SIGNATURE_INVALID, and what
 * `previous` and `provePower` throw.
 */
export declare function admitBallot(input: AdmissionInput): Promise<CountedVote>;
