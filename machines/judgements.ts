import type {
  AnchorOutcome,
  CarryOutOutcome,
  PlanOutcome,
  RelockOutcome,
  Trouble,
} from '../src/domain/round/outcomes.ts';
import { codeReplaced } from '../src/domain/round/overruled.ts';
import { extendHistory, type RecoveryContext, type Waiting } from './context.ts';
import type { RecoveryFacts } from './facts.ts';

/** What the machine concludes from an event and its context: pure, and named by its guards and actions. */

export type RecoveryEvent =
  | { readonly type: 'OBSERVED'; readonly facts: RecoveryFacts }
  /** `newRound`: leaves what was decided, and lets holders decide again; else the approved decision goes on. */
  | { readonly type: 'OPERATOR_RETRIED'; readonly newRound: boolean };

export function facts(event: RecoveryEvent): RecoveryFacts | null {
  return event.type === 'OBSERVED' ? event.facts : null;
}

export function troubleOf(error: unknown): Trouble {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'RESCUE_INTERNAL';
  return { code, message };
}

/** What stood in the way has to be seen before it can be seen to be gone. */
export const UNSEEN_OBSTACLE: Waiting = { on: 'obstacle', obstacle: null };
export const PEOPLE: Waiting = { on: 'people', obstacle: null };

type Outcome = AnchorOutcome | PlanOutcome | CarryOutOutcome | RelockOutcome;

/** What the actor that has just ended answered; null for every other event. */
export function outcome(event: object): Outcome | null {
  return 'output' in event ? (event.output as Outcome) : null;
}

/** The head of this stall is no longer the last one, or the same head was included anew, or was another one meanwhile. */
export function isHeadAdvanced(context: RecoveryContext, event: RecoveryEvent): boolean {
  const seen = facts(event);
  if (!seen) return false;
  const head = context.anchor?.head.hash ?? context.stalledHead;
  const since = context.anchor?.mostRecentContext ?? context.stalledContext;
  const moved = seen.head !== null && head !== null && seen.head.hash !== head;
  const included = seen.mostRecentContext !== null && since !== null && seen.mostRecentContext > since;
  const again = extendHistory(context.history, seen).headAgainSince !== context.stalledAgainSince;
  return moved || included || again;
}

export function isRetried(event: RecoveryEvent, wanted: { readonly newRound: boolean }): boolean {
  return event.type === 'OPERATOR_RETRIED' && event.newRound === wanted.newRound;
}

export function isNewRoundWanted({ policy, stalledHead }: RecoveryContext, event: RecoveryEvent): boolean {
  return isRetried(event, { newRound: true }) && policy !== null && stalledHead !== null;
}

export function isOverruled({ anchor, approved }: RecoveryContext, event: RecoveryEvent): boolean {
  const code = facts(event)?.codeHash ?? null;
  return anchor !== null && code !== null && code !== anchor.codeHash && code !== approved?.codeHash;
}

export function overruled({ anchor, roundId }: RecoveryContext, event: RecoveryEvent): Trouble {
  return codeReplaced({ was: anchor?.codeHash ?? null, is: facts(event)?.codeHash ?? null, roundId });
}

/** The relay chain has switched to the approved code, and did not do so before. */
export function isCodeEnacted({ approved, headAtEnactment }: RecoveryContext, event: RecoveryEvent): boolean {
  const code = facts(event)?.codeHash;
  return headAtEnactment === null && code !== undefined && code === approved?.codeHash;
}

/** Somebody else brought about what was decided, and it is not known here yet. */
export function isCarriedOutByOthers(
  { approved, headAtEnactment }: RecoveryContext,
  event: RecoveryEvent,
): boolean {
  const seen = facts(event);
  const wanted = approved?.codeHash;
  if (seen === null || wanted === undefined || headAtEnactment !== null) return false;
  return seen.codeHash === wanted || seen.futureCodeHash === wanted;
}

/** Neither current nor scheduled any more: the validators rejected it, or somebody replaced it. */
export function isUpgradeGone(context: RecoveryContext, event: RecoveryEvent): boolean {
  const seen = facts(event);
  const wanted = context.approved?.codeHash;
  if (seen === null || context.headAtEnactment !== null) return false;
  return seen.codeHash !== wanted && seen.futureCodeHash !== wanted;
}

export function hasRecovered(context: RecoveryContext, event: RecoveryEvent): boolean {
  const head = facts(event)?.head?.number;
  const heads = context.policy?.rules.recovery.heads;
  if (head === undefined || heads === undefined || context.headAtEnactment === null) return false;
  return head >= context.headAtEnactment + heads;
}

/** What is noted of an actor that could not do its work, and what an approved decision waits for then. */
export function failureOf(
  context: RecoveryContext,
  event: object,
): { readonly trouble: Trouble; readonly waiting: Waiting } {
  const answer = outcome(event);
  if (answer === null || !('trouble' in answer)) {
    const error = new Error('an actor ended with something that the machine does not know');
    return { trouble: troubleOf(error), waiting: UNSEEN_OBSTACLE };
  }
  const { trouble } = answer;
  const isObstacle = answer.kind === 'impossible' || ('isObstacle' in answer && answer.isObstacle === true);
  if (isObstacle) return { trouble, waiting: { on: 'obstacle', obstacle: trouble.message } as const };
  // What validators rejected they would reject again.
  const isRejected = context.history.upgradeAbortedAt !== null;
  return { trouble, waiting: isRejected ? PEOPLE : UNSEEN_OBSTACLE };
}
