import type { ParaObservation } from '../domain/chain/observation.ts';
import { isNodeTrouble, messageOf, type RescueError } from '../domain/errors.ts';
import type { TellOfPara } from '../domain/events.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { CarryOutOutcome, PlanOutcome, RelockOutcome, Trouble } from '../domain/round/outcomes.ts';
import { whyOverruled } from '../domain/round/overruled.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { RelayBlock } from '../domain/units.ts';
import { eachBlock } from './each-block.ts';
import { type Executor, factsOf, isOpen } from './executor.ts';
import { holds } from './facts.ts';
import { planRoute } from './planner.ts';
import type { Next, Route, Routes } from './route.ts';
import type { JournalledAct } from './step.ts';

/** Writes down what is to be done, and what is seen of it. */
export interface PageWriter {
  /** Before anything is signed. @throws errors of the database */
  begin(view: ChainView): Promise<void>;
  /** After a look, with what was done in it. */
  see(view: ChainView): Promise<void>;
}

/** Whether people have released what is to be done. */
export interface ReleaseGate {
  /**
   * Does `act` when everybody who is asked has released the decision at this block; tells what is missing when not. No release is
   * taken back while it runs. @throws errors of the database
   */
  through<Outcome>(
    rescue: DecidedRound,
    now: RelayBlock,
    act: () => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: 'unreleased' }>;
}

/** What carrying a decision out needs of the service around it. */
export interface CarryOutContext {
  readonly executor: Executor;
  readonly journal: Pick<Journal, 'list'>;
  /** Finalized blocks from the newest on; they end only by an error when the service stops. */
  readonly blocks: () => AsyncIterable<ParaObservation>;
  /** Resolves when the machine's snapshot is on disk. */
  readonly saved: () => Promise<void>;
  readonly tell: TellOfPara;
  /** Nobody has to release anything when it is left out. */
  readonly release?: ReleaseGate;
  /** The validation page of the decision; nobody keeps one when it is left out. */
  readonly page?: PageWriter;
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

/** Why no route can carry the decision out at this block; null when one can. @throws RESCUE_NODE_* */
export async function whyImpossible(
  routes: Routes,
  rescue: DecidedRound,
  seen: ParaObservation,
): Promise<string | null> {
  const plan = await planRoute(routes, rescue, seen);
  return plan.kind === 'planned' ? null : plan.trouble.message;
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
  /** What this service sent, in this life or an earlier one, and does not know the end of. */
  let open: Map<string, JournalledAct> | null = null;
  const look = async (seen: ParaObservation): Promise<CarryOutOutcome | null> => {
    const view = await route.view(rescue, seen);
    await context.page?.begin(view);
    const next = await route.next(rescue, view);
    open ??= await openActs(context.journal, route, rescue);
    // The route goes on from what the chains show; what was this service's doing belongs into the journal first.
    for (const act of open.values()) {
      if (next.kind === 'act' && next.step.key === act.key) continue;
      if (await isSettled(context.executor, act, view)) open.delete(act.key);
    }
    const outcome = await goOn(view, next, null);
    await context.page?.see(view);
    return outcome;
  };
  const goOn = async (
    view: ChainView,
    next: Next,
    finished: string | null,
  ): Promise<CarryOutOutcome | null> => {
    if (next.kind === 'failed') return failedBy(next);
    if (next.kind === 'scheduled' || next.kind === 'revived') return next;
    if (next.kind === 'wait') {
      const { needs, why: reason } = next;
      if (told(`${needs} ${reason}`)) context.tell('route-waits', { route: route.name, needs, reason });
      return null;
    }
    const overruled = whyOverruled(rescue, view.observation);
    // What takes something back goes on; everything else is only looked for, and nothing of it is signed or sent.
    if (overruled !== null && !next.step.isOptional) {
      if (await isSettled(context.executor, next.step, view)) open?.delete(next.step.key);
      if (open?.size) {
        const reason = `${overruled.message}. What was sent before is looked for until it is known what became of it`;
        if (told(reason)) context.tell('route-waits', { route: route.name, needs: 'time', reason });
        return null;
      }
      // What was sent is known to have ended now: only then a route can tell that the para lives, which overrules nobody.
      if (finished === null) return goOn(view, await route.next(rescue, view), next.step.key);
      return { kind: 'failed', trouble: overruled, isObstacle: true };
    }
    const { step } = next;
    const act = () => context.executor.advance(step, factsOf(view), context.saved);
    // What takes something back carries nothing out.
    const outcome =
      context.release === undefined || step.isOptional
        ? await act()
        : await context.release.through(rescue, view.observation.relay.number, act);
    if (outcome.kind === 'unreleased') {
      if (await isSettled(context.executor, step, view)) open?.delete(step.key);
      return null;
    }
    if (outcome.kind === 'waiting') open?.set(next.step.key, next.step);
    else open?.delete(next.step.key);
    if (outcome.kind !== 'failed') refused = null;
    // Done already: what comes after it can be seen in the same view, once.
    if (outcome.kind === 'done' && finished === null) {
      return goOn(view, await route.next(rescue, view), next.step.key);
    }
    if (outcome.kind !== 'failed') return null;
    if (refused === next.step.key && !next.step.isOptional) {
      return failedBy(outcome);
    }
    const { title, isOptional } = next.step;
    const reason = messageOf(outcome.error);
    if (isOptional && told(reason)) context.tell('step-trouble', { title, reason });
    refused = next.step.key;
    return null;
  };
  return (await eachBlock(context.blocks(), look, tellTrouble(context.tell))) ?? stopped();
}

/** What the journal does not know the end of. */
async function openActs(
  journal: CarryOutContext['journal'],
  route: Route,
  rescue: DecidedRound,
): Promise<Map<string, JournalledAct>> {
  const open = new Map<string, JournalledAct>();
  for (const entry of await journal.list(rescue.paraId)) {
    const act = isOpen(entry) ? route.journalled(rescue, entry.key) : null;
    if (act) open.set(entry.key, act);
  }
  return open;
}

/** The rescue needs nothing of it, so it never waits for a node that does not answer. */
async function isSettled(executor: Executor, act: JournalledAct, view: ChainView): Promise<boolean> {
  try {
    return await executor.settle(act, factsOf(view));
  } catch (error) {
    if (!isNodeTrouble(error)) throw error;
    return false;
  }
}

/** Relay blocks for which others are waited for who have to sign for the lock: a day. */
const LOCK_PATIENCE: RelayBlock = 14_400;

/**
 * Puts the lock back on the living para, and follows it until the relay chain shows it, whoever signs for it. Nobody has to wait for
 * ever for somebody else: after a day without them it is left to people.
 */
export async function relock(
  context: CarryOutContext,
  route: Route,
  rescue: DecidedRound,
): Promise<RelockOutcome> {
  const told = once();
  let refused: string | null = null;
  /** What was signed for it, in this life or an earlier one, and whose end the journal does not know. */
  let open: Map<string, JournalledAct> | null = null;
  let waitedSince: RelayBlock | null = null;
  const look = async (seen: ParaObservation): Promise<RelockOutcome | null> => {
    const found = await route.relock(rescue, await route.view(rescue, seen));
    if (found === null) {
      context.tell('lock-left-to-para', {});
      return { kind: 'handed-over' };
    }
    const { next, view } = found;
    const isOwn = await settleOpen(next, view);
    const outcome: RelockOutcome | null = isOwn ? { kind: 'locked' } : await goOn(next, view);
    await context.page?.see(view);
    return outcome;
  };
  /** Writes down how that ended which is asked for no more; whether it was what added the lock. */
  const settleOpen = async (next: Next, view: ChainView): Promise<boolean> => {
    open ??= await openActs(context.journal, route, rescue);
    let isOwn = false;
    for (const act of open.values()) {
      if (next.kind === 'act' && next.step.key === act.key) continue;
      if (!(await isSettled(context.executor, act, view))) continue;
      open.delete(act.key);
      isOwn ||= act.after.some(({ kind }) => kind === 'registrar-locked');
    }
    return isOwn && holds({ kind: 'registrar-locked' }, view);
  };
  const patience = ({ observation: { relay } }: ChainView): RelockOutcome | null => {
    waitedSince ??= relay.number;
    if (relay.number < waitedSince + LOCK_PATIENCE) return null;
    context.tell('lock-missing', { sinceBlock: waitedSince });
    return { kind: 'handed-over' };
  };
  const goOn = async (next: Next, view: ChainView): Promise<RelockOutcome | null> => {
    if (next.kind === 'wait') {
      const { needs, why: reason } = next;
      if (told(reason)) context.tell('route-waits', { route: route.name, needs, reason });
      return patience(view);
    }
    if (next.kind === 'failed') return { kind: 'failed', trouble: troubleOf(next.error) };
    if (next.kind !== 'act') return { kind: 'locked' };
    const { step } = next;
    const outcome = await context.executor.advance(step, factsOf(view), context.saved);
    switch (outcome.kind) {
      case 'waiting':
        open?.set(step.key, step);
        return step.submitter.signer() === null ? patience(view) : null;
      case 'failed':
        open?.delete(step.key);
        // Another signatory may have been faster, and then the next look asks for something else.
        if (refused === step.key) return { kind: 'failed', trouble: troubleOf(outcome.error) };
        refused = step.key;
        return null;
      default:
        open?.delete(step.key);
        // An approval is not the lock yet.
        return holds({ kind: 'registrar-locked' }, view) ? { kind: 'locked' } : null;
    }
  };
  return (await eachBlock(context.blocks(), look, tellTrouble(context.tell))) ?? stopped();
}

function failedBy({
  error,
  isObstacle,
}: {
  readonly error: RescueError;
  readonly isObstacle?: boolean;
}): CarryOutOutcome {
  return { kind: 'failed', trouble: troubleOf(error), ...(isObstacle && { isObstacle }) };
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
