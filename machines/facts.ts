import type { Diagnosis } from '../src/domain/diagnosis/verdict.ts';
import type { Policy } from '../src/domain/policy/policy.ts';
import type { RoundClock, RoundDecision } from '../src/domain/round/tally.ts';
import type { Hex, ParaBlock, RelayBlock } from '../src/domain/units.ts';

/**
 * Everything the machine may know, from one finalized relay block and the ledger at that moment. Level-triggered: each
 * observation carries the whole truth, so a lost, repeated or late one does no harm. JSON only.
 */
export interface RecoveryFacts {
  readonly relayBlock: RelayBlock;
  readonly relayHash: Hex;
  readonly head: { readonly hash: Hex; readonly number: ParaBlock } | null;
  readonly mostRecentContext: RelayBlock | null;
  /** Newest relay block since the last observation at which the para is known to have had another head; null when none is. */
  readonly otherHeadUntil: RelayBlock | null;
  readonly stallAge: RelayBlock | null;
  readonly relayLive: boolean;
  readonly stalled: boolean;
  readonly diagnosis: Diagnosis | null;
  readonly codeHash: Hex | null;
  readonly futureCodeHash: Hex | null;
  readonly upgradeAborted: boolean;
  readonly relaySpecVersion: number;
  readonly locked: boolean | null;
  /** Policy in force by the manager's opt-in; null when not opted in, or opted out. */
  readonly policy: { readonly hash: Hex; readonly rules: Policy } | null;
  /** Why no route of the policy could carry a decision out, so that no round opens; null when one could, or holders vote anyway. */
  readonly impossible: string | null;
  /**
   * Why the approved decision that waits cannot be carried out at this block; null when it can. Missing where none waits, or it could not be
   * looked at.
   */
  readonly obstacle?: string | null;
  /** Rounds on this head have numbers above it: those up to it can have been, and what was signed in them is lost. Mostly 0. */
  readonly roundFloor: number;
  /** Proposals admitted for the present anchor and round. */
  readonly proposals: number;
  /** The round at this block, while one is open. */
  readonly round: {
    readonly clock: RoundClock;
    readonly decision: RoundDecision;
    readonly codeHash: Hex | null;
  } | null;
}
