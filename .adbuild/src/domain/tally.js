import { PPM, percentToPpm } from './policy.js';
/** Sums the votes on one proposal. The caller passes at most one vote an account: the latest sequence. */
export function tallyProposal(proposal, votes, electorate, voting) {
    const sums = { aye: 0n, nay: 0n, abstain: 0n };
    let count = 0;
    for (const vote of votes) {
        if (vote.proposal !== proposal)
            continue;
        sums[vote.choice] += vote.power;
        count += 1;
    }
    return judge(proposal, sums, count, electorate, voting);
}
/** Applies the policy's shares to sums; cross-multiplied, so that nothing is rounded. */
export function judge(proposal, sums, votes, electorate, voting) {
    const { aye: ayes, nay: nays, abstain: abstains } = sums;
    const approved = ayes > nays && ayes * PPM >= percentToPpm(voting.approval) * (ayes + nays);
    const quorate = electorate > 0n && (ayes + abstains) * PPM >= percentToPpm(voting.quorum) * electorate;
    return { proposal, ayes, nays, abstains, votes, electorate, approved, quorate };
}
export function openClock(openedAt, voting) {
    return { openedAt, closesAt: openedAt + voting.longestBlocks, quorateSince: null, extended: false };
}
/**
 * Late-quorum extension: when quorum is first reached with fewer than the policy's blocks left, the round closes that
 * many blocks after it instead; once. It takes away the advantage of voting in the last moment.
 */
export function advanceClock(clock, now, quorate, voting) {
    if (!quorate || clock.quorateSince !== null)
        return clock;
    const extendedClose = now + voting.lateQuorumExtensionBlocks;
    const extended = !clock.extended && now <= clock.closesAt && extendedClose > clock.closesAt;
    return {
        ...clock,
        quorateSince: now,
        closesAt: extended ? extendedClose : clock.closesAt,
        extended: clock.extended || extended,
    };
}
/**
 * The rule of a round at finalized relay block `now`:
 * 1. A proposal can pass once `shortestBlocks` went by since its own admission; an endorsed one once the endorsement's
 *    `shortestBlocks` did, when the policy has such a rule. Admission refuses proposals that would not have
 *    `voting.shortestBlocks` before the round closes, so nobody can slip one in at the end.
 * 2. Of those approved and quorate, the one with the largest surplus of ayes over nays wins; at a tie the one
 *    admitted first, then the lower hash, so that every recount agrees.
 * 3. When the round closes with none, it is rejected.
 */
export function decideRound(tallies, clock, now, voting, endorsement) {
    const closed = now >= clock.closesAt;
    const shortest = ({ endorsed }) => endorsed && endorsement ? endorsement.shortestBlocks : voting.shortestBlocks;
    const passing = tallies
        .filter((tally) => tally.approved && tally.quorate)
        .filter((tally) => now >= tally.admittedAt + shortest(tally))
        .sort(byStrength);
    const winner = passing[0];
    if (winner)
        return { kind: 'approved', proposal: winner.proposal };
    return { kind: closed ? 'rejected' : 'open' };
}
function byStrength(a, b) {
    const surplusA = a.ayes - a.nays;
    const surplusB = b.ayes - b.nays;
    if (surplusA !== surplusB)
        return surplusA > surplusB ? -1 : 1;
    if (a.admittedAt !== b.admittedAt)
        return a.admittedAt - b.admittedAt;
    return a.proposal < b.proposal ? -1 : 1;
}
//# sourceMappingURL=tally.js.map