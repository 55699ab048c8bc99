import type { Trust } from '../chain/trust.ts';
import { oneLine } from '../plain-text.ts';
import { aftercareOf } from '../round/aftercare.ts';
import type { CandidateTally, RoundDecision } from '../round/tally.ts';
import type { EpochMs, Hex, ParaBlock, ParaId, RelayBlock } from '../units.ts';
import type { Belief, FinalTally, Incident, IncidentEnd, IncidentRound, Moment, Onset } from './incident.ts';
import { NOTHING_KEPT, ROOM, withEntry, withLast } from './kept.ts';

/** What a relay block and the machine show of a para: levels, so that a block that is missed or repeated does no harm. */
export interface IncidentLook {
  readonly paraId: ParaId;
  readonly relayBlock: RelayBlock;
  readonly at: EpochMs;
  readonly trust: Trust;
  /** The block may be acted upon: proven to be final, and not old. */
  readonly proven: boolean;
  readonly head: { readonly hash: Hex; readonly number: ParaBlock } | null;
  /** `Paras.MostRecentContext`. */
  readonly context: RelayBlock | null;
  /** Time of the relay block at which that context was first seen; null when it was not seen to change. */
  readonly headSeenAt: EpochMs | null;
  /** The time that the relay block proves. */
  readonly relayTime: EpochMs | null;
  readonly codeHash: Hex | null;
  /** `locked` of the registrar's entry; null also where there is none. */
  readonly locked: boolean | null;
  /** The code in the para's own state, as it was looked at last; null where it was not. */
  readonly own: { readonly codeHash: Hex; readonly specVersion: number } | null;
  /** No head for the gap, on a relay chain that finalizes, of a para that is live and not idle on demand. */
  readonly stopped: boolean;
  /** The relay chain knows the para. */
  readonly registered: boolean;
  /** The present of the relay chain is seen. */
  readonly sighted: boolean;
  readonly belief: Omit<Belief, keyof Moment> | null;
  /** State of the machine after the block, and what it knows. */
  readonly rescue: {
    readonly state: string;
    readonly roundId: Hex | null;
    readonly round: number;
    readonly approved: { readonly proposal: Hex; readonly codeHash: Hex } | null;
    readonly route: string | null;
    /** The policy asks for the registrar lock again. */
    readonly lockAgain: boolean;
  };
  /** The round that was open before the block, as it was counted at it. */
  readonly counted: {
    readonly roundId: Hex;
    readonly decision: RoundDecision;
    readonly tallies: readonly CandidateTally[];
  } | null;
}

/** States in which the machine does nothing for a para; `held` is that of one whose acts are missing. */
const NO_RESCUE = ['healthy', 'held'];
/** States in which a round that has its id takes proposals or votes. */
const OF_ROUND = ['optInRescue', 'voting'];
const BLOCK_MS = 6_000;
const LONGEST_SENTENCE = 500;
const MOST_TALLIES = 16;

/** Whether an incident begins here. A rescue that is under way has one, also when an earlier version began it. */
export function isBegun({ stopped, rescue }: IncidentLook): boolean {
  return stopped || !(NO_RESCUE.includes(rescue.state) || rescue.state === 'upgrading.relocking');
}

/** A new incident; its number comes from the store. `lastEvent` is the newest event that was told before. */
export function begun(look: IncidentLook, lastEvent: number): Omit<Incident, 'number'> {
  const { paraId, relayBlock, at, trust } = look;
  return {
    paraId,
    onset: onsetOf(look),
    noticed: { relayBlock, at },
    trust,
    proven: null,
    beliefs: NOTHING_KEPT,
    blind: NOTHING_KEPT,
    rounds: NOTHING_KEPT,
    route: null,
    approved: null,
    enacted: null,
    acts: NOTHING_KEPT,
    end: null,
    lastEvent,
  };
}

function onsetOf({ context, head, codeHash, headSeenAt, relayTime, relayBlock }: IncidentLook): Onset {
  const known = { relayBlock: context, head, codeHash };
  if (headSeenAt !== null) return { ...known, at: headSeenAt, witnessed: true };
  const at = relayTime === null || context === null ? null : relayTime - (relayBlock - context) * BLOCK_MS;
  return { ...known, at, witnessed: false };
}

/** An open incident after a block; it may have ended with it. The same object when nothing changed. */
export function looked<Open extends Omit<Incident, 'number'>>(incident: Open, look: IncidentLook): Open {
  const moment = { relayBlock: look.relayBlock, at: look.at };
  let next = incident;
  const change = (part: Partial<Incident>) => {
    next = { ...next, ...part };
  };
  // What endpoints only tell says nothing more of what was proven before.
  if (next.proven !== null && !look.proven) return next;
  if (next.proven === null && look.proven && isBegun(look)) change({ proven: moment });
  if (look.sighted && next.blind.entries.at(-1)?.to === null) {
    change({ blind: withLast(next.blind, (last) => ({ ...last, to: moment })) });
  }
  if (look.belief !== null && !isSame(next.beliefs.entries.at(-1), look.belief)) {
    const sentence = oneLine(look.belief.sentence, LONGEST_SENTENCE);
    change({ beliefs: withEntry(next.beliefs, { ...look.belief, sentence, ...moment }, ROOM.beliefs) });
  }
  const rounds = roundsAfter(next, look, moment);
  if (rounds !== next.rounds) change({ rounds });
  const { approved, route, lockAgain } = look.rescue;
  if (approved !== null && approved.proposal !== next.approved?.proposal) change({ approved });
  if (approved !== null && lockAgain !== next.lockAgain) change({ lockAgain });
  if (route !== null && route !== next.route) change({ route });
  const why = endOf(next, look);
  if (why !== null) {
    const { context, head, codeHash, locked } = look;
    const aftercare = why === 'recovered' ? aftercareOn(next, look) : [];
    change({ end: { ...moment, why, context, head, codeHash, locked, aftercare } });
  }
  return next;
}

/** Numbers in sentences grow with every block; that is no other belief. */
function isSame(last: Belief | undefined, now: Omit<Belief, keyof Moment>): boolean {
  const words = (sentence: string) => oneLine(sentence, LONGEST_SENTENCE).replace(/0x[0-9a-f]+|\d+/g, '#');
  return (
    last !== undefined &&
    last.cause === now.cause &&
    last.confidence === now.confidence &&
    words(last.sentence) === words(now.sentence)
  );
}

/** Of a para that lives again under code that was approved, or under other code than its own. */
function aftercareOn(
  { enacted, onset }: Pick<Incident, 'enacted' | 'onset'>,
  { codeHash, own, locked }: IncidentLook,
): string[] {
  if (codeHash === null || (enacted === null && (own === null || own.codeHash === codeHash))) return [];
  const { codeHash: ownCodeHash = null, specVersion = null } = own ?? {};
  const from = enacted === null ? null : (onset.head?.number ?? null);
  return aftercareOf({ codeHash, ownCodeHash, specVersion, from, locked });
}

function endOf(
  { onset, proven }: Pick<Incident, 'onset' | 'proven'>,
  { context, head, stopped, rescue, ...look }: IncidentLook,
): IncidentEnd['why'] | null {
  if (!NO_RESCUE.includes(rescue.state)) return null;
  if (look.proven && !look.registered) return 'left';
  const included = context !== null && (onset.relayBlock === null || context > onset.relayBlock);
  const moved = included || (head !== null && onset.head !== null && head.hash !== onset.head.hash);
  // Where it stopped again before anybody looked, another incident begins.
  if (proven === null && look.proven && !stopped) return included ? 'recovered' : 'refuted';
  return moved ? 'recovered' : null;
}

function roundsAfter(
  { rounds }: Pick<Incident, 'rounds'>,
  { rescue, counted }: IncidentLook,
  moment: Moment,
): Incident['rounds'] {
  const { state, roundId, approved } = rescue;
  let next = rounds;
  const last = () => next.entries.at(-1);
  const end = (part: Pick<IncidentRound, 'result'> & Partial<IncidentRound>) => {
    next = withLast(next, (round) => ({ ...round, ended: moment, ...part }));
  };
  const tallies = counted !== null && counted.roundId === last()?.roundId ? strongest(counted.tallies) : null;
  if (last()?.result === 'approved' && last()?.tallies === null && tallies !== null) {
    next = withLast(next, (round) => ({ ...round, tallies }));
  }
  if (last()?.result === 'open') {
    const isOver = last()?.roundId !== roundId || !OF_ROUND.includes(state);
    if (isOver && approved !== null && last()?.roundId === roundId) {
      end({ result: 'approved', approved, tallies });
    } else if (isOver) {
      const result = state === 'healthy' ? 'void' : state === 'stalled' ? 'opted-out' : 'rejected';
      end({ result, tallies });
    }
  }
  if (roundId !== null && last()?.roundId !== roundId && isRound(state)) {
    const { round } = rescue;
    const opened = { roundId, round, opened: moment, approved: null, tallies: null };
    next = withEntry(next, { ...opened, result: 'open', ended: null }, ROOM.rounds);
    // A round that nobody saw while it was open.
    if (!OF_ROUND.includes(state) && approved !== null) end({ result: 'approved', approved });
  }
  return next;
}

function isRound(state: string): boolean {
  return OF_ROUND.includes(state) || state === 'escalated' || state.startsWith('upgrading');
}

function strongest(tallies: readonly CandidateTally[]): FinalTally[] {
  return tallies
    .toSorted(
      (a, b) =>
        (b.collators?.ayes ?? 0) - (a.collators?.ayes ?? 0) || (a.ayes - a.nays > b.ayes - b.nays ? -1 : 1),
    )
    .slice(0, MOST_TALLIES)
    .map(({ proposal, ayes, nays, abstains, votes, electorate, approved, quorate, collators }) => {
      const sums = { proposal, ayes, nays, abstains, votes, electorate, approved, quorate };
      return { ...sums, ...(collators && { collators }) };
    });
}
