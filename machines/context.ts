import type { Policy } from '../src/domain/policy/policy.ts';
import type { Approved, DecidedRound } from '../src/domain/round/decided.ts';
import type { Trouble } from '../src/domain/round/outcomes.ts';
import type { Anchor } from '../src/domain/round/round.ts';
import { openingBlock, type RoundId, type RoundParts, roundId } from '../src/domain/round/round-id.ts';
import type { RoundClock } from '../src/domain/round/tally.ts';
import type { RoutePlan } from '../src/domain/route/route.ts';
import type { Hex, ParaBlock, ParaId, RelayBlock } from '../src/domain/units.ts';
import type { RecoveryFacts } from './facts.ts';

/** What happened before a stall, as far as it was watched: the diagnosis asks for it after it is too late to look. */
export interface WatchedHistory {
  readonly codeHash: Hex | null;
  readonly codeChangedAt: RelayBlock | null;
  readonly upgradeAbortedAt: RelayBlock | null;
  readonly relaySpecVersion: number | null;
  readonly relayUpgradedAt: RelayBlock | null;
  /** Newest head, and the highest context it or one before it was included with. */
  readonly head: Hex | null;
  readonly headContext: RelayBlock | null;
  /**
   * Relay block since which `head` is the head again after another one, when no inclusion explains that: governance moved it.
   * Null when no other head was seen under this context.
   */
  readonly headAgainSince: RelayBlock | null;
  /**
   * What made the rounds on this head, the last one of each policy and opening: one that is opened with the same parts again,
   * because the para left the policy and came back to it, gets the next number.
   */
  readonly opened: readonly Omit<RoundParts, 'relayGenesis' | 'paraId'>[];
}

/** JSON only: a snapshot is saved after every transition and restored in another process. */
export interface RecoveryContext {
  readonly paraId: ParaId;
  /** Newest relay block whose facts were taken in; older ones are ignored. */
  readonly relayBlock: RelayBlock;
  readonly history: WatchedHistory;
  /** Relay block at which the stall was noticed, and the head and context it began with. */
  readonly stalledAt: RelayBlock | null;
  readonly stalledHead: Hex | null;
  readonly stalledContext: RelayBlock | null;
  /** `history.headAgainSince` when the stall began: a later one means that the head was another one meanwhile. */
  readonly stalledAgainSince: RelayBlock | null;
  /** Frozen when the rescue opens: a later policy does not change a running rescue. */
  readonly policy: { readonly hash: Hex; readonly rules: Policy } | null;
  readonly anchor: Anchor | null;
  /** Number of the round within its opening. */
  readonly round: number;
  /** From the moment the anchor is frozen; null also for what a version decided whose rounds had no id. */
  readonly roundId: RoundId | null;
  readonly opening: RelayBlock | null;
  readonly clock: RoundClock | null;
  readonly approved: Approved | null;
  readonly plan: RoutePlan | null;
  /** Head number seen when the approved code became current; null until the relay chain has switched to it. */
  readonly headAtEnactment: ParaBlock | null;
  readonly trouble: Trouble | null;
  /** What an approved decision that does not go on waits for; null while it goes on, and where nothing is approved. */
  readonly waiting: Waiting | null;
  /** How often the decision was taken up again: what was signed for it before is not signed for it now. */
  readonly resumed: number;
}

/**
 * An approved decision is never lost. `obstacle`: it goes on by itself once what stood in its way is gone; it has to have been seen there, in
 * this sentence, or else nothing tells that it is gone. `people`: somebody has to say that it shall go on, for nothing that can be read
 * says that it would not end in the same way.
 */
export interface Waiting {
  readonly on: 'obstacle' | 'people';
  readonly obstacle: string | null;
}

export interface FreezeAnchorInput {
  readonly paraId: ParaId;
  /** Hash of the head the stall began with; another one means that the para moved. */
  readonly head: Hex;
  /** The head's context, and since when it is the head again: an anchor that was frozen before is of another opening. */
  readonly context: RelayBlock | null;
  readonly againSince: RelayBlock | null;
  readonly policy: Policy;
  /** What the relay chain stores for the para: an anchor with other code is of a round that is over. Null for any. */
  readonly code: Hex | null;
}

/** A decision on the route that was planned for it. */
export interface CarryOutInput extends DecidedRound {
  readonly plan: RoutePlan;
}

/** A round in which nothing was decided, and nothing done for it. */
const UNDECIDED = {
  clock: null,
  approved: null,
  plan: null,
  headAtEnactment: null,
  trouble: null,
  waiting: null,
  resumed: 0,
} as const;

/** What a rescue that is left leaves behind. */
export const LEFT = {
  policy: null,
  anchor: null,
  round: 0,
  roundId: null,
  opening: null,
  ...UNDECIDED,
} as const;

/** Context values that belong to one stall and end with it. */
export const NO_STALL = {
  stalledAt: null,
  stalledHead: null,
  stalledContext: null,
  stalledAgainSince: null,
  ...LEFT,
} as const;

export const NO_HISTORY: WatchedHistory = {
  codeHash: null,
  codeChangedAt: null,
  upgradeAbortedAt: null,
  relaySpecVersion: null,
  relayUpgradedAt: null,
  head: null,
  headContext: null,
  headAgainSince: null,
  opened: [],
};

/** History with one more block of facts. */
export function extendHistory(history: WatchedHistory, seen: RecoveryFacts): WatchedHistory {
  const codeChanged = history.codeHash !== null && seen.codeHash !== history.codeHash;
  const relayUpgraded =
    history.relaySpecVersion !== null && seen.relaySpecVersion !== history.relaySpecVersion;
  return {
    ...headHistory(history, seen),
    opened: history.opened,
    codeHash: seen.codeHash,
    codeChangedAt: codeChanged ? seen.relayBlock : history.codeChangedAt,
    upgradeAbortedAt: codeChanged ? null : seen.upgradeAborted ? seen.relayBlock : history.upgradeAbortedAt,
    relaySpecVersion: seen.relaySpecVersion,
    relayUpgradedAt: relayUpgraded ? seen.relayBlock : history.relayUpgradedAt,
  };
}

type HeadHistory = Pick<WatchedHistory, 'head' | 'headContext' | 'headAgainSince'>;

/**
 * A context above all seen before is an inclusion, and what came before it explains nothing. Under the same one, another head
 * is governance's doing (or the second block of one relay parent, which makes no difference: `openingBlock` is later).
 */
function headHistory(known: WatchedHistory, seen: RecoveryFacts): HeadHistory {
  const { head, headContext, headAgainSince } = known;
  if (seen.head === null) return { head, headContext, headAgainSince };
  const context = seen.mostRecentContext;
  const included = context !== null && (headContext === null || context > headContext);
  const next = { head: seen.head.hash, headContext: included ? context : headContext };
  if (head === null || included) return { ...next, headAgainSince: null };
  const otherUntil = seen.otherHeadUntil;
  if (otherUntil !== null) return { ...next, headAgainSince: otherUntil + 1 };
  return { ...next, headAgainSince: head === seen.head.hash ? headAgainSince : seen.relayBlock };
}

type NamedRound = Pick<RecoveryContext, 'round' | 'roundId' | 'opening' | 'history'>;

/** What a route rests on. @throws Error where nothing is approved */
export function decidedRound({
  paraId,
  anchor,
  round,
  roundId,
  approved,
  policy,
  resumed,
}: RecoveryContext): DecidedRound {
  if (!anchor || !approved || !policy) throw new Error('a route needs anchor, approval and policy');
  return { paraId, anchor, round, roundId, approved, policy: policy.rules, resumed };
}

/** Names the round that is open on the anchor: with the parts of the last one it is the one after that. */
export function nameRound(
  { paraId, policy, round, history }: RecoveryContext,
  anchor: Anchor,
): NamedRound | null {
  if (policy === null) return null;
  const { hash, rules } = policy;
  const opening = openingBlock(anchor, rules.stall, history.headAgainSince);
  const onThisHead = history.opened.filter((entry) => entry.anchor === anchor.head.hash);
  const isSame = (entry: (typeof onThisHead)[number]) => entry.policy === hash && entry.opening === opening;
  const last = onThisHead.find(isSame);
  const counter = last ? Math.max(round, last.counter + 1) : round;
  const parts = { policy: hash, anchor: anchor.head.hash, opening, counter };
  const id = roundId({ relayGenesis: rules.relayGenesis as Hex, paraId, ...parts });
  const opened = [...onThisHead.filter((entry) => !isSame(entry)), parts];
  return { round: counter, roundId: id, opening, history: { ...history, opened } };
}

/** What the next round begins with; the id is that of a new one. */
export function nextRound(context: RecoveryContext): Partial<RecoveryContext> {
  const round = context.round + 1;
  const unnamed = { round, roundId: null, opening: null };
  const { anchor, history } = context;
  // Holders decide anew over the code that is there now: on an anchor that shows it.
  const standing = anchor !== null && history.codeHash === anchor.codeHash ? anchor : null;
  const named = standing && nameRound({ ...context, ...unnamed }, standing);
  return { ...UNDECIDED, ...(named ?? unnamed), anchor: standing };
}
