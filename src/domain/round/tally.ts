import { type Policy, PPM, percentToPpm } from '../policy/policy.ts';
import type { AccountHex, Hex, Planck, RelayBlock } from '../units.ts';
import { type CollatorBody, type CollatorTally, judgeCollators } from './collators.ts';
import type { Choice } from './round.ts';

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
  /** Missing where the policy has no collators decide. `approved` and `quorate` are of the holders alone. */
  readonly collators?: CollatorTally | undefined;
}

/** What votes add up to, by proposal. Nothing is kept of the votes themselves. */
export interface VoteSums {
  /** Counts a vote, or with -1 takes it out again. The caller counts one vote an account: the latest sequence. */
  add(vote: WeighedVote, sign?: 1 | -1): void;
  tally(proposal: Hex, electorate: Planck, voting: Pick<Policy['voting'], 'approval' | 'quorum'>): Tally;
}

/** `collators`: who has a voice besides the power of what he holds; null where nobody has. */
export function createVoteSums(collators: CollatorBody | null = null): VoteSums {
  interface Sums {
    readonly powers: Record<Choice, Planck>;
    readonly voices: Record<Choice, number>;
    votes: number;
  }
  const sums = new Map<Hex, Sums>();
  const none = (): Sums => ({
    powers: { aye: 0n, nay: 0n, abstain: 0n },
    voices: { aye: 0, nay: 0, abstain: 0 },
    votes: 0,
  });
  return {
    add: ({ account, proposal, choice, power }, sign = 1) => {
      const target = sums.get(proposal) ?? none();
      sums.set(proposal, target);
      target.powers[choice] += sign === 1 ? power : -power;
      if (collators?.members.has(account)) target.voices[choice] += sign;
      target.votes += sign;
    },
    tally: (proposal, electorate, voting) => {
      const { powers, voices, votes } = sums.get(proposal) ?? none();
      const holders = judge(proposal, powers, votes, electorate, voting);
      return collators === null ? holders : { ...holders, collators: judgeCollators(collators, voices) };
    },
  };
}

/** Whether the votes suffice, whatever the clock says: each body that the policy has decide agrees. */
export function isPassing({
  approved,
  quorate,
  collators,
}: Pick<Tally, 'approved' | 'quorate' | 'collators'>): boolean {
  const holders = approved && quorate;
  if (collators === undefined) return holders;
  return collators.approved && (collators.decide === 'alone' || holders);
}

/**
 * Whether enough take part for a decision, as the late-quorum extension asks: holders by their quorum, collators by the ayes that
 * their threshold wants.
 */
export function isQuorate({ quorate, collators }: Pick<Tally, 'quorate' | 'collators'>): boolean {
  if (collators === undefined) return quorate;
  return collators.approved && (collators.decide === 'alone' || quorate);
}

/** Applies the policy's shares to sums; cross-multiplied, so that nothing is rounded. */
export function judge(
  proposal: Hex,
  sums: Readonly<Record<Choice, Planck>>,
  votes: number,
  electorate: Planck,
  voting: Pick<Policy['voting'], 'approval' | 'quorum'>,
): Tally {
  const { aye: ayes, nay: nays, abstain: abstains } = sums;
  const approved = ayes > nays && ayes * PPM >= percentToPpm(voting.approval) * (ayes + nays);
  const quorate = electorate > 0n && (ayes + abstains) * PPM >= percentToPpm(voting.quorum) * electorate;
  return { proposal, ayes, nays, abstains, votes, electorate, approved, quorate };
}

/** Clock of a round, in relay blocks. */
export interface RoundClock {
  readonly openedAt: RelayBlock;
  readonly closesAt: RelayBlock;
  /** First relay block at which some proposal was quorate (`isQuorate`). */
  readonly quorateSince: RelayBlock | null;
  readonly extended: boolean;
}

export function openClock(openedAt: RelayBlock, voting: Policy['voting']): RoundClock {
  return { openedAt, closesAt: openedAt + voting.longestBlocks, quorateSince: null, extended: false };
}

/**
 * Late-quorum extension: when quorum is first reached with fewer than the policy's blocks left, the round closes that
 * many blocks after it instead; once. It takes away the advantage of voting in the last moment.
 */
export function advanceClock(
  clock: RoundClock,
  now: RelayBlock,
  quorate: boolean,
  voting: Pick<Policy['voting'], 'lateQuorumExtensionBlocks'>,
): RoundClock {
  if (!quorate || clock.quorateSince !== null) return clock;
  const extendedClose = now + voting.lateQuorumExtensionBlocks;
  const extended = !clock.extended && now <= clock.closesAt && extendedClose > clock.closesAt;
  return {
    ...clock,
    quorateSince: now,
    closesAt: extended ? extendedClose : clock.closesAt,
    extended: clock.extended || extended,
  };
}

export interface CandidateTally extends Tally {
  readonly admittedAt: RelayBlock;
  /** The policy's technical body endorsed it (`isEndorsed`). */
  readonly endorsed: boolean;
}

export type RoundDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'approved'; readonly proposal: Hex }
  | { readonly kind: 'rejected' };

/**
 * The rule of a round at finalized relay block `now`:
 * 1. A proposal can pass once `shortestBlocks` went by since its own admission; an endorsed one once the endorsement's
 *    `shortestBlocks` did, when the policy has such a rule. Admission refuses proposals that would not have
 *    `voting.shortestBlocks` before the round closes, so nobody can slip one in at the end.
 * 2. Of those that every deciding body passes (`isPassing`), the one with the largest surplus of ayes over nays wins; at a tie the one
 *    admitted first, then the lower hash, so that every recount agrees.
 * 3. When the round closes with none, it is rejected.
 */
export function decideRound(
  tallies: readonly CandidateTally[],
  clock: RoundClock,
  now: RelayBlock,
  voting: Pick<Policy['voting'], 'shortestBlocks'>,
  endorsement?: Pick<NonNullable<Policy['endorsement']>, 'shortestBlocks'>,
): RoundDecision {
  const closed = now >= clock.closesAt;
  const passing = tallies
    .filter(isPassing)
    .filter((tally) => now >= canPassFrom(tally, voting, endorsement))
    .sort(byStrength);
  const winner = passing[0];
  if (winner) return { kind: 'approved', proposal: winner.proposal };
  return { kind: closed ? 'rejected' : 'open' };
}

/** First relay block at which the proposal can pass, when its votes suffice by then: rule 1 of `decideRound`. */
export function canPassFrom(
  { admittedAt, endorsed }: Pick<CandidateTally, 'admittedAt' | 'endorsed'>,
  voting: Pick<Policy['voting'], 'shortestBlocks'>,
  endorsement?: Pick<NonNullable<Policy['endorsement']>, 'shortestBlocks'>,
): RelayBlock {
  return admittedAt + (endorsed && endorsement ? endorsement : voting).shortestBlocks;
}

function byStrength(a: CandidateTally, b: CandidateTally): number {
  const surplusA = a.ayes - a.nays;
  const surplusB = b.ayes - b.nays;
  if (surplusA !== surplusB) return surplusA > surplusB ? -1 : 1;
  if (a.admittedAt !== b.admittedAt) return a.admittedAt - b.admittedAt;
  return a.proposal < b.proposal ? -1 : 1;
}
