import type { Ballot, OptIn, Proposal } from '../domain/round.ts';
/**
 * The texts that people sign. Each is a title line and one `label: value` line a field, in fixed order, joined by
 * line feeds without one at the end; printable ASCII only, so that every wallet shows and signs the same bytes.
 * Every field of the act stands in its text, so two different acts never share one.
 */
/** What a proposer signs. The proposal's hash binds the human text as well. */
export type ProposalStatement = Pick<Proposal, 'hash' | 'codeHash' | 'paraId' | 'round' | 'anchor' | 'relayGenesis' | 'proposer'>;
/** What a registrar manager signs to opt in or out. */
export type OptInStatement = Omit<OptIn, 'signature' | 'scheme'>;
export type Statement = {
    readonly kind: 'vote';
    readonly ballot: Ballot;
} | {
    readonly kind: 'proposal';
    readonly proposal: ProposalStatement;
} | {
    readonly kind: 'opt-in';
    readonly optIn: OptInStatement;
};
/** @throws RESCUE_VOTE_INVALID when a field does not have the form that `checkBallotShape` guarantees. */
export declare function voteText(ballot: Ballot): string;
/** @throws RESCUE_PROPOSAL_INVALID when a field is malformed. */
export declare function proposalText(proposal: ProposalStatement): string;
/** @throws RESCUE_OPT_IN_INVALID when a field is malformed. */
export declare function optInText(optIn: OptInStatement): string;
/**
 * Reads a text back; only the exact text of some act is accepted.
 * @throws RESCUE_REQUEST_INVALID for an unknown title, otherwise the code of the act's kind.
 */
export declare function parseStatement(text: string): Statement;
