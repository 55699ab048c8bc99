import type { ParaObservation } from '../../domain/chain/observation.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { CarryOutOutcome } from '../../domain/round/outcomes.ts';
import type { StepId } from '../../domain/route/route.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { ValidationPage } from '../../domain/validation/page.ts';
import { type CarryOutContext, carryOut, relock } from '../../routes/carry-out.ts';
import { createExecutor, type memoryJournal } from '../../routes/executor.ts';
import { holds, whyNot } from '../../routes/facts.ts';
import { planRoute } from '../../routes/planner.ts';
import type { Route, Routes } from '../../routes/route.ts';
import { executorEvents } from '../../routes/step-events.ts';
import { type PagedDecision, plannedPage } from '../../routes/validation/decision-page.ts';
import type { ForkedNetwork } from '../fork/forked-network.ts';
import type { ForkedPara } from '../fork/forked-para.ts';
import type { RelaySide } from '../fork/relay-side.ts';
import type { RehearsalProgress, RehearsalVerdict, RehearsedStep } from '../report.ts';
import type { CallLog } from './call-log.ts';
import { Pace } from './pace.ts';
import { SharedBlocks } from './shared-blocks.ts';
import { momentOf, StepLog } from './step-log.ts';

/** Relay blocks in which a living para includes a head, sooner than its collators stop to try. */
const HEAD_PATIENCE = 100;

type Journal = ReturnType<typeof memoryJournal>;

/** One service that carries the decision out: the routes for which it has keys, and its journal. */
export interface Actor {
  readonly routes: Routes;
  readonly journal: Journal;
}

export interface Stage {
  readonly network: ForkedNetwork;
  readonly para: ForkedPara;
  readonly side: RelaySide;
  readonly rescue: DecidedRound;
  /** Whose plan is shown, and whoever else has to act with it. */
  readonly actors: readonly [Actor, ...Actor[]];
  readonly calls: CallLog;
  /** The manager's, for the route that needs it. */
  readonly submitter: RelaySubmitter;
  readonly onProgress: (progress: RehearsalProgress) => void;
}

export interface Played {
  readonly verdict: RehearsalVerdict;
  readonly route: Route | null;
  readonly steps: readonly RehearsedStep[];
  /** Without what became of its calls, and without its end. */
  readonly page: ValidationPage | null;
  readonly before: ParaObservation;
  readonly after: ParaObservation;
}

/**
 * Plays a decision as services carry it out, with their own routes, planner and executor, on forks instead of chains: until the
 * policy's heads are included and the lock is back, or something fails.
 * @throws what keeps the forks from going on, which says nothing of the rescue
 */
export async function play(stage: Stage): Promise<Played> {
  const { rescue, side, actors } = stage;
  const before = await observe(side, rescue);
  const plan = await planRoute(actors[0].routes, rescue, before);
  if (plan.kind === 'impossible') {
    const verdict = fails(null, plan.trouble.message);
    return { verdict, route: null, steps: [], page: null, before, after: before };
  }
  const route = actors[0].routes.get(plan.plan.route);
  if (!route) throw new RescueError('RESCUE_INTERNAL', 'A plan is of a route that there is.');
  tell(stage, `the route is "${route.name}": ${plan.plan.steps.length} steps`);
  const page = await rehearsalPage(stage, { rescue, plan: plan.plan, route }, before);
  const log = new StepLog(plan.plan.steps, stage.calls, page);
  const verdict = await playSteps(stage, route, log, before);
  const after = await observe(side, rescue);
  const steps = await log.finish(await route.view(rescue, after));
  return { verdict, route, steps, page: log.page, before, after };
}

/** What is expected, before anything is done. */
async function rehearsalPage(
  { network }: Stage,
  decision: PagedDecision,
  before: ParaObservation,
): Promise<ValidationPage | null> {
  const { genesisHash, origin } = network.relay;
  const { specName, specVersion } = origin.runtime.version;
  const page = await plannedPage(decision, await decision.route.view(decision.rescue, before), {
    relay: { genesis: genesisHash, runtime: `${specName} ${specVersion}` },
    code: { hash: decision.rescue.approved.codeHash, bytes: null, runtime: null },
    tokens: [],
    planned: momentOf(before),
  });
  return page && { ...page, kind: 'rehearsed', decision: null };
}

async function playSteps(
  stage: Stage,
  route: Route,
  log: StepLog,
  before: ParaObservation,
): Promise<RehearsalVerdict> {
  const { rescue, network, side } = stage;
  const pace = new Pace((sentence) => tell(stage, sentence));
  let isLocking = false;
  const viewAt = async (observation: ParaObservation) => {
    const view = await route.view(rescue, observation);
    // What the lock's own call has come to is no part of the view for the code's.
    return isLocking ? ((await route.relock(rescue, view))?.view ?? view) : view;
  };
  const look = async (observation: ParaObservation) => {
    const ended = await log.see(await viewAt(observation));
    for (const { title, call } of ended) if (call === null) tell(stage, `done: ${title}`);
    if (ended.length > 0) pace.moved(network.passed);
    pace.passed(network.passed, log.current?.title ?? 'done');
    return observation;
  };
  await look(before);
  const blocks = new SharedBlocks(before, async () => {
    pace.check(network.passed);
    if (pace.onlySwitch) await network.pass(pace.stride, rescue.paraId);
    else for (let count = pace.stride; count > 0; count--) await network.next();
    return look(await observe(side, rescue));
  });
  const carried = await together(stage, blocks, route, (actor, own) =>
    carryOut(contextOf(stage, actor, blocks, pace), own, rescue),
  );
  if (carried.kind === 'failed') return fails(log.current?.id ?? null, carried.trouble.message);
  if (carried.kind === 'revived') {
    return fails(log.current?.id ?? null, 'the para includes blocks again under its old code');
  }
  const problem = await revive(stage, blocks.blocks(), pace);
  if (problem) return problem;
  if (!rescue.policy.recovery.lockAgain) return { kind: 'lives' };
  isLocking = true;
  const locked = await together(stage, blocks, route, (actor, own) =>
    relock(contextOf(stage, actor, blocks, pace), own, rescue),
  );
  return locked.kind === 'failed' ? fails('lock-again', locked.trouble.message) : { kind: 'lives' };
}

/**
 * All who have keys for the route look at the same blocks; the first one is done with the others, or with the first failure.
 */
async function together<Outcome extends { readonly kind: string }>(
  { actors }: Stage,
  blocks: SharedBlocks<ParaObservation>,
  { name }: Route,
  work: (actor: Actor, route: Route) => Promise<Outcome>,
): Promise<Outcome | Failed> {
  // All are counted before anybody looks, so that nobody goes ahead of the others.
  const runs = actors.flatMap((actor) => {
    const own = actor.routes.get(name);
    return own ? [work(actor, own)] : [];
  });
  const [first, ...others] = runs;
  if (!first) throw new RescueError('RESCUE_INTERNAL', 'Somebody carries a decision out.');
  const failures = others.map(
    (run) =>
      new Promise<Outcome>((resolve, reject) => {
        run.then((outcome) => outcome.kind === 'failed' && resolve(outcome), reject);
      }),
  );
  try {
    return await Promise.race([first, ...failures]);
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_ROUTE_IMPOSSIBLE') throw error;
    return { kind: 'failed', trouble: { code: error.code, message: messageOf(error) } };
  } finally {
    const over = blocks.end(new RescueError('RESCUE_STATE_REFUSES', 'The decision is carried out.'));
    await Promise.allSettled(runs);
    over();
  }
}

type Failed = Extract<CarryOutOutcome, { readonly kind: 'failed' }>;

/** Waits for the switch, starts the collators, and waits for the policy's heads. Null when they are there. */
async function revive(
  { network, para, rescue }: Stage,
  blocks: AsyncIterable<ParaObservation>,
  pace: Pace,
): Promise<RehearsalVerdict | null> {
  const { codeHash } = rescue.approved;
  const { heads } = rescue.policy.recovery;
  const recovered = { kind: 'heads-after', head: rescue.anchor.head.number, count: heads } as const;
  let since = network.passed;
  pace.onlySwitch = true;
  for await (const observation of blocks) {
    const view = viewOfRelay(observation, null);
    if (holds(recovered, view) && holds({ kind: 'code-is', codeHash }, view)) return null;
    if (!para.collating) {
      const gone = whyNot({ kind: 'code-scheduled-or-current', codeHash }, view);
      if (gone !== null) return fails('await-enactment', gone);
      if (!holds({ kind: 'code-is', codeHash }, view) || (await para.waits(network.relay))) continue;
      para.collating = true;
      pace.onlySwitch = false;
      since = network.passed;
    }
    if (para.failure) {
      const { words, known } = para.failure;
      return { kind: 'fails', step: 'first-heads', words, known, helps: known ? [known.helps] : [] };
    }
    const last = para.included.at(-1)?.relayBlock ?? 0;
    since = Math.max(since, last - network.relay.origin.header.number);
    if (network.passed - since >= HEAD_PATIENCE) {
      return withoutHeads(para.offered > para.included.length);
    }
  }
  return fails('first-heads', 'the blocks ended');
}

function withoutHeads(isOffered: boolean): RehearsalVerdict {
  const none = `no block of the para was included in ${HEAD_PATIENCE} relay blocks`;
  if (isOffered)
    return fails('first-heads', `${none}: the relay chain takes none of those that validators accept`);
  const words = `${none}, though its collators could build: the relay chain gives it no core`;
  return { ...fails('first-heads', words), helps: ['renew its coretime, or place an on-demand order'] };
}

/** What the routes' own code works with, where blocks come as fast as they are looked at. */
function contextOf(
  stage: Stage,
  { journal }: Actor,
  blocks: SharedBlocks<ParaObservation>,
  pace: Pace,
): CarryOutContext {
  const told: TellOfPara = (name, data) => pace.told(stage.network.passed, name, data);
  return {
    journal,
    executor: createExecutor({ journal, events: executorEvents((_para, name, data) => told(name, data)) }),
    saved: async () => undefined,
    tell: told,
    blocks: () => blocks.blocks(),
  };
}

function tell({ network, onProgress }: Stage, sentence: string): void {
  onProgress({ relayBlocks: network.passed, sentence });
}

async function observe({ reader }: RelaySide, { paraId }: DecidedRound): Promise<ParaObservation> {
  const { paras } = await reader.observe([paraId]);
  const [observation] = paras;
  if (observation) return observation;
  throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
}

function fails(step: StepId | null, words: string): Extract<RehearsalVerdict, { readonly kind: 'fails' }> {
  return { kind: 'fails', step, words, known: null, helps: [] };
}
