import type { ParaObservation } from '../domain/chain/observation.ts';
import { messageOf, type RescueError } from '../domain/errors.ts';
import type { TellOfPara } from '../domain/events.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { CarryOutOutcome, PlanOutcome, RelockOutcome, Trouble } from '../domain/round/outcomes.ts';
import type { ChainView } from '../domain/route/view.ts';
import { eachBlock } from './each-block.ts';
import { type Executor, factsOf, type StepOutcome } from './executor.ts';
import { holds } from './facts.ts';
import { planRoute } from './planner.ts';
import type { Next, Route, Routes } from './route.ts';
import type { Step } from './step.ts';

/** What carrying a decision out needs of the service around it. */
export interface CarryOutContext {
  readonly executor: Executor;
  /** Finalized blocks from the newest on; they end only by an error when the service stops. */
  readonly blocks: () => AsyncIterable<ParaObservation>;
  /** Resolves when the machine's snapshot is on disk. */
  readonly saved: () => Promise<void>;
  readonly tell: TellOfPara;
}

/** Chooses the route at the first block at which every route can be looked at. */
export async function chooseRoute(
  { blocks, tell }: Pick<CarryOutContext, 'blocks' | 'tell'>,
  routes: Routes,
  rescue: DecidedRound,
): Promise<PlanOutcome> {
  const outcome = await eachBlock(blocks(), (seen) => planRoute(routes, rescue, seen), tellTrouble(tell));
  return outcome ?? stopped();
}

/**
 * Carries a decision out by one route until chain state shows the approved code as scheduled, or the para lives again.
 * A step that fails is looked at once more at the next block: where several act, somebody else may have been faster, and
 * then the route asks for something else. What it asks for again has failed for good.
 */
export async function carryOut(
  context: CarryOutContext,
  route: Route,
  rescue: DecidedRound,
): Promise<CarryOutOutcome> {
  const told = once();
  let refused: string | null = null;
  /** What this service sent, and has not seen the effect of yet. */
  let open: Step | null = null;
  const advance = async (step: Step, view: ChainView): Promise<StepOutcome> => {
    const outcome = await context.executor.advance(step, factsOf(view), context.saved);
    open = outcome.kind === 'waiting' ? step : null;
    return outcome;
  };
  const look = async (seen: ParaObservation): Promise<CarryOutOutcome | null> => {
    const view = await route.view(rescue, seen);
    // The route goes on from what the chain shows; that it was this service's doing belongs into the journal first.
    if (open?.after.every((fact) => holds(fact, view))) await advance(open, view);
    return goOn(view, await route.next(rescue, view), null);
  };
  const goOn = async (
    view: ChainView,
    next: Next,
    finished: string | null,
  ): Promise<CarryOutOutcome | null> => {
    if (next.kind === 'failed') return { kind: 'failed', trouble: troubleOf(next.error) };
    if (next.kind === 'scheduled' || next.kind === 'revived') return next;
    if (next.kind === 'wait') {
      const { needs, why: reason } = next;
      if (told(`${needs} ${reason}`)) context.tell('route-waits', { route: route.name, needs, reason });
      return null;
    }
    const outcome = await advance(next.step, view);
    if (outcome.kind !== 'failed') refused = null;
    // Done already: what comes after it can be seen in the same view, once.
    if (outcome.kind === 'done' && finished === null) {
      return goOn(view, await route.next(rescue, view), next.step.key);
    }
    if (outcome.kind !== 'failed') return null;
    if (refused === next.step.key && !next.step.isOptional) {
      return { kind: 'failed', trouble: troubleOf(outcome.error) };
    }
    const { title, isOptional } = next.step;
    const reason = messageOf(outcome.error);
    if (isOptional && told(reason)) context.tell('step-trouble', { title, reason });
    refused = next.step.key;
    return null;
  };
  return (await eachBlock(context.blocks(), look, tellTrouble(context.tell))) ?? stopped();
}

/** Puts the lock back on the living para; nobody must wait for somebody else to go on watching it. */
export async function relock(
  context: CarryOutContext,
  route: Route,
  rescue: DecidedRound,
): Promise<RelockOutcome> {
  const look = async (seen: ParaObservation): Promise<RelockOutcome | null> => {
    const view = await route.view(rescue, seen);
    const step = route.relock(rescue, view);
    if (step === null) {
      context.tell('lock-left-to-para', {});
      return { kind: 'handed-over' };
    }
    const outcome = await context.executor.advance(step, factsOf(view), context.saved);
    return outcome.kind === 'waiting' && step.submitter.signer() === null
      ? { kind: 'handed-over' }
      : relockOutcome(outcome);
  };
  return (await eachBlock(context.blocks(), look, tellTrouble(context.tell))) ?? stopped();
}

function relockOutcome(outcome: StepOutcome): RelockOutcome | null {
  switch (outcome.kind) {
    case 'waiting':
      return null;
    case 'failed':
      return { kind: 'failed', trouble: troubleOf(outcome.error) };
    default:
      return { kind: 'locked' };
  }
}

function troubleOf(error: RescueError): Trouble {
  return { code: error.code, message: error.message };
}

function tellTrouble(tell: TellOfPara): (trouble: RescueError) => void {
  return (trouble) => tell('node-trouble', { reason: trouble.message });
}

/** True when something else is said than the last time: counting down is no news. */
function once(): (sentence: string) => boolean {
  let last = '';
  return (sentence) => {
    const key = sentence.replace(/\d+ seconds/, '');
    const isNew = key !== last;
    last = key;
    return isNew;
  };
}

/** The blocks of a service end only with an error of their own. */
function stopped(): never {
  throw new Error('the blocks ended before the work did');
}
