import type { Policy } from '../src/domain/policy/policy.ts';
import type { Approved, DecidedRound } from '../src/domain/round/decided.ts';
import type { Trouble } from '../src/domain/round/outcomes.ts';
import type { Anchor } from '../src/domain/round/round.ts';
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
  /** Frozen when the rescue opens: a later policy does not change a running rescue. */
  readonly policy: { readonly hash: Hex; readonly rules: Policy } | null;
  readonly anchor: Anchor | null;
  readonly round: number;
  readonly clock: RoundClock | null;
  readonly approved: Approved | null;
  readonly plan: RoutePlan | null;
  /** Head number seen when the approved code became current; null until the relay chain has switched to it. */
  readonly headAtEnactment: ParaBlock | null;
  readonly trouble: Trouble | null;
}

export interface FreezeAnchorInput {
  readonly paraId: ParaId;
  /** Hash of the head the stall began with; another one means that the para moved. */
  readonly head: Hex;
  readonly policy: Policy;
}

/** A decision on the route that was planned for it. */
export interface CarryOutInput extends DecidedRound {
  readonly plan: RoutePlan;
}

/** Context values that belong to one stall and end with it. */
export const NO_STALL = {
  stalledAt: null,
  stalledHead: null,
  stalledContext: null,
  policy: null,
  anchor: null,
  round: 0,
  clock: null,
  approved: null,
  plan: null,
  headAtEnactment: null,
  trouble: null,
} as const;

export const NO_HISTORY: WatchedHistory = {
  codeHash: null,
  codeChangedAt: null,
  upgradeAbortedAt: null,
  relaySpecVersion: null,
  relayUpgradedAt: null,
};

/** History with one more block of facts. */
export function extendHistory(history: WatchedHistory, seen: RecoveryFacts): WatchedHistory {
  const codeChanged = history.codeHash !== null && seen.codeHash !== history.codeHash;
  const relayUpgraded =
    history.relaySpecVersion !== null && seen.relaySpecVersion !== history.relaySpecVersion;
  return {
    codeHash: seen.codeHash,
    codeChangedAt: codeChanged ? seen.relayBlock : history.codeChangedAt,
    upgradeAbortedAt: codeChanged ? null : seen.upgradeAborted ? seen.relayBlock : history.upgradeAbortedAt,
    relaySpecVersion: seen.relaySpecVersion,
    relayUpgradedAt: relayUpgraded ? seen.relayBlock : history.relayUpgradedAt,
  };
}
