import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { decideRound, type RoundClock, type RoundDecision, type Tally } from '../../domain/round/tally.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import type { Line } from './format.ts';
import type { PointBoard } from './points.ts';

export function tallyLine(tally: Tally): Line<'result'>['tallies'][number] {
  const { proposal, ayes, nays, abstains, votes, approved, quorate, collators } = tally;
  return {
    proposal,
    ayes: ayes.toString(),
    nays: nays.toString(),
    abstains: abstains.toString(),
    votes,
    approved,
    quorate,
    ...(collators && { collators }),
  };
}

export function checkTally(
  board: PointBoard,
  tallies: readonly Tally[],
  electorate: Planck,
  votes: number,
  claimed: Line<'result'>,
): void {
  if (claimed.electorate !== electorate.toString())
    board.fails('tally', `the electorate is ${electorate}, not ${claimed.electorate}`);
  else if (claimed.votes !== votes) board.fails('tally', `there are ${votes} votes, not ${claimed.votes}`);
  else if (claimed.tallies.length !== tallies.length)
    board.fails('tally', `there are ${tallies.length} proposals, not ${claimed.tallies.length}`);
  else {
    for (const [index, tally] of tallies.entries()) {
      const counted = canonicalJson(tallyLine(tally));
      const claim = claimed.tallies[index];
      if (claim === undefined || canonicalJson(claim) !== counted) {
        board.fails('tally', `the votes on proposal ${tally.proposal} add up to ${counted}`);
        return;
      }
    }
    const sums = tallies.map(({ proposal, ayes, nays, abstains, collators }) => {
      const holders = `${ayes} aye, ${nays} nay, ${abstains} abstain`;
      const voices = collators && `${collators.ayes} of ${collators.size} collators aye`;
      return `${proposal}: ${[collators?.decide === 'alone' ? null : holders, voices].filter(Boolean).join(', ')}`;
    });
    board.holds('tally', sums.join('; ') || 'no proposal');
  }
}

/**
 * The decision at the relay block that the bundle names. When votes came in is the service's word, so the clock is
 * checked for agreeing with the policy, not for being the only one that could.
 */
export function checkDecision(
  board: PointBoard,
  input: {
    readonly tallies: readonly Tally[];
    readonly proposals: readonly Line<'proposal'>[];
    readonly round: Line<'round'>;
    readonly policy: Pick<Policy, 'voting' | 'endorsement'>;
    readonly isEndorsed: (proposal: Hex) => boolean;
  },
  claimed: Line<'result'>['decision'],
): { readonly decision: RoundDecision; readonly codeHash: Hex | null } | null {
  const { tallies, proposals, round, policy, isEndorsed } = input;
  const { voting, endorsement } = policy;
  const wrong = clockProblem(round.clock, voting);
  if (wrong !== null) {
    board.fails('decision', wrong);
    return null;
  }
  const byHash = new Map(proposals.map((proposal) => [proposal.hash, proposal]));
  const candidates = tallies.map((tally) => ({
    ...tally,
    admittedAt: byHash.get(tally.proposal)?.admittedAt ?? 0,
    endorsed: isEndorsed(tally.proposal),
  }));
  const decision = decideRound(candidates, round.clock, round.decidedAt, voting, endorsement);
  const codeHash = decision.kind === 'approved' ? (byHash.get(decision.proposal)?.codeHash ?? null) : null;
  const same =
    decision.kind === claimed.kind &&
    (decision.kind !== 'approved' ||
      (claimed.kind === 'approved' &&
        decision.proposal === claimed.proposal &&
        codeHash === claimed.codeHash));
  const words =
    decision.kind === 'approved'
      ? `approved: proposal ${decision.proposal}, code ${codeHash}`
      : decision.kind;
  if (!same) {
    board.fails('decision', `by the policy it is ${words} at relay block ${round.decidedAt}`);
    return null;
  }
  board.holds(
    'decision',
    `${words}; that relay block ${round.decidedAt} decided, and when votes came in, is the service's word`,
  );
  return { decision, codeHash };
}

function clockProblem(clock: RoundClock, voting: Policy['voting']): string | null {
  const planned = clock.openedAt + voting.longestBlocks;
  const { quorateSince, closesAt, extended } = clock;
  if (!extended) {
    return closesAt === planned
      ? null
      : `a round opened at ${clock.openedAt} closes at ${planned}, not ${closesAt}`;
  }
  const late = quorateSince === null ? planned : quorateSince + voting.lateQuorumExtensionBlocks;
  return quorateSince !== null && quorateSince <= planned && late > planned && closesAt === late
    ? null
    : `a round quorate since ${quorateSince} and planned to close at ${planned} is not extended to ${closesAt}`;
}
