import { RescueError } from '../../domain/errors.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import { canPassFrom, decideRound, type RoundClock } from '../../domain/round/tally.ts';
import type { ParaId } from '../../domain/units.ts';
import type { TallyView } from '../../domain/views/voting.ts';
import { loadRound, type OpenRound } from '../../voting/open-round.ts';
import { lastEnded } from './evidence.ts';

/** What the votes of a round add up to. */
export function tallyOf(openRound: OpenRound, clock: RoundClock | null): TallyView {
  const { anchor, round, electorate, collators, policy, key } = openRound;
  const trials = new Map(openRound.proposals().map(({ hash, trial }) => [hash, trial]));
  const tallies = openRound.tallies().map((tally) => ({
    ...tally,
    trial: trials.get(tally.proposal),
    canPassFrom: canPassFrom(tally, policy.voting, policy.endorsement),
  }));
  const who = collators && { ...collators.rule, members: [...collators.members].toSorted() };
  return {
    ...key,
    anchor: anchor.head.hash,
    round,
    electorate,
    ...(who && { collators: who }),
    clock,
    tallies,
  };
}

/**
 * The same of the round that ended last, counted again from its votes, with how it ended.
 * @throws RESCUE_STATE_REFUSES when none has ended yet
 */
export async function lastTally(ledger: Ledger, paraId: ParaId): Promise<TallyView> {
  const ended = await lastEnded(ledger, paraId);
  if (ended === null) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No anchor is frozen for this para and no round of it has ended, so there is nothing to tally; "pararescue history" shows what happened.',
    );
  }
  const policy = 'roundId' in ended ? await ledger.policy(ended.policy) : null;
  const frozen = await ledger.anchor(paraId, ended.anchor, ended.anchoredAt);
  if (!('roundId' in ended) || policy === null || frozen === null) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No round is open, and the last one was held by a version whose votes are not counted any more: "pararescue evidence" gives its evidence.',
    );
  }
  const loaded = await loadRound(ledger, ended, frozen.anchor, policy);
  const { clock, decidedAt } = ended;
  const decision = decideRound(loaded.tallies(), clock, decidedAt, policy.voting, policy.endorsement);
  const approved = decision.kind === 'approved' ? decision.proposal : null;
  return { ...tallyOf(loaded, clock), ended: { decidedAt, approved } };
}
