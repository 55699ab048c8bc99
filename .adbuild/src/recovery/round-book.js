import { RescueError } from '../domain/errors.js';
import { judge } from '../domain/tally.js';
import { verifyAnchorEvidence } from '../voting/anchor-proof.js';
/**
 * Loads a round from the ledger.
 * @throws RESCUE_PROOF_INVALID when the stored evidence does not prove the anchor or the electorate.
 */
export async function openRoundBook(ledger, key, anchor, policy) {
    const stored = await ledger.anchor(key.paraId, key.anchor);
    if (!stored) {
        throw new RescueError('RESCUE_STORE_CORRUPT', `The evidence of anchor ${key.anchor} is missing in the database.`);
    }
    const electorate = verifyAnchorEvidence(key.paraId, anchor, stored.evidence, policy);
    const proposals = new Map();
    const votes = new Map();
    const sums = new Map();
    const sumsOf = (proposal) => {
        const known = sums.get(proposal) ?? { powers: { aye: 0n, nay: 0n, abstain: 0n }, votes: 0 };
        sums.set(proposal, known);
        return known;
    };
    const count = (vote, sign) => {
        const target = sumsOf(vote.proposal);
        target.powers[vote.choice] += BigInt(sign) * vote.power;
        target.votes += sign;
    };
    const addVote = (vote) => {
        const earlier = votes.get(vote.account);
        if (earlier)
            count(earlier, -1);
        votes.set(vote.account, vote);
        count(vote, 1);
    };
    for (const proposal of await ledger.proposals(key))
        proposals.set(proposal.hash, proposal);
    for (const vote of await ledger.votes(key))
        addVote(vote);
    return {
        key,
        anchor,
        policy,
        electorate,
        proposals: () => [...proposals.values()],
        votes: () => [...votes.values()],
        vote: (account) => votes.get(account) ?? null,
        tallies: () => [...proposals.values()].map((proposal) => {
            const { powers, votes: voters } = sumsOf(proposal.hash);
            return {
                ...judge(proposal.hash, powers, voters, electorate, policy.voting),
                admittedAt: proposal.admittedAt,
            };
        }),
        addProposal: (proposal) => void proposals.set(proposal.hash, proposal),
        addVote,
    };
}
//# sourceMappingURL=round-book.js.map