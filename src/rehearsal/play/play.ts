import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { EVENTS, type TellOfPara } from '../../domain/events.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { Trouble } from '../../domain/round/outcomes.ts';
import type { StepId } from '../../domain/route/route.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { type CarryOutContext, carryOut, relock } from '../../routes/carry-out.ts';
import { createExecutor, type memoryJournal } from '../../routes/executor.ts';
import { holds, whyNot } from '../../routes/facts.ts';
import { planRoute } from '../../routes/planner.ts';
import type { Route, Routes } from '../../routes/route.ts';
import { executorEvents } from '../../routes/step-events.ts';
import type { ForkedNetwork } from '../fork/forked-network.ts';
import type { ForkedPara } from '../fork/forked-para.ts';
import type { RelaySide } from '../fork/relay-side.ts';
import type { RehearsalProgress, RehearsalVerdict, RehearsedStep } from '../report.ts';
import type { CallLog } from './call-log.ts';
import { StepLog } from './step-log.ts';

/** Relay blocks in which a living para includes a head, sooner than its collators stop to try. */
const HEAD_PATIENCE = 100;
/** Relay blocks after which it is told how far it is. */
const TELL_EACH = 100;

export interface Stage {
  readonly network: ForkedNetwork;
  readonly para: ForkedPara;
  readonly side: RelaySide;
  readonly rescue: DecidedRound;
  readonly routes: Routes;
  readonly journal: ReturnType<typeof memoryJournal>;
  readonly calls: CallLog;
  /** The manager's, for the route that needs it. */
  readonly submitter: RelaySubmitter;
  readonly onProgress: (progress: RehearsalProgress) => void;
}

export interface Played {
  readonly verdict: RehearsalVerdict;
  readonly route: Route | null;
  readonly steps: readonly RehearsedStep[];
  readonly before: ParaObservation;
  readonly after: ParaObservation;
}

/**
 * Plays a decision as the service carries it out, with its own routes, planner and executor, on forks instead of chains: until the
 * policy's heads are included and the lock is back, or something fails.
 * @throws what keeps the forks from going on, which says nothing of the rescue
 */
export async function play(stage: Stage): Promise<Played> {
  const { rescue, routes, side } = stage;
  const before = await observe(side, rescue);
  const plan = await planRoute(routes, rescue, before);
  if (plan.kind === 'impossible') {
    const verdict = fails(null, plan.trouble.message);
    return { verdict, route: null, steps: [], before, after: before };
  }
  const route = routes.get(plan.plan.route);
  if (!route) throw new RescueError('RESCUE_INTERNAL', 'A plan is of a route that there is.');
  tell(stage, `the route is "${route.name}": ${plan.plan.steps.length} steps`);
  const log = new StepLog(plan.plan.steps, stage.calls);
  const verdict = await playSteps(stage, route, log);
  const after = await observe(side, rescue);
  const steps = await log.finish(await route.view(rescue, after));
  return { verdict, route, steps, before, after };
}

async function playSteps(stage: Stage, route: Route, log: StepLog): Promise<RehearsalVerdict> {
  const { rescue } = stage;
  const context = contextOf(stage, route, log);
  const carried = await carryOut(context, route, rescue);
  if (carried.kind === 'failed') return fails(log.current?.id ?? null, carried.trouble.message);
  if (carried.kind === 'revived') {
    return fails(log.current?.id ?? null, 'the para includes blocks again under its old code');
  }
  const problem = await revive(stage, context.blocks());
  if (problem) return problem;
  if (!rescue.policy.recovery.lockAgain) return { kind: 'lives' };
  const locked = await relock(context, route, rescue);
  if (locked.kind === 'failed') return fails('lock-again', locked.trouble.message);
  for await (const _ of context.blocks()) break;
  return { kind: 'lives' };
}

/** Waits for the switch, starts the collators, and waits for the policy's heads. Null when they are there. */
async function revive(
  { network, para, rescue }: Stage,
  blocks: AsyncIterable<ParaObservation>,
): Promise<RehearsalVerdict | null> {
  const { codeHash } = rescue.approved;
  const { heads } = rescue.policy.recovery;
  const recovered = { kind: 'heads-after', head: rescue.anchor.head.number, count: heads } as const;
  let since = network.passed;
  for await (const observation of blocks) {
    const view = viewOfRelay(observation, null);
    if (holds(recovered, view) && holds({ kind: 'code-is', codeHash }, view)) return null;
    if (!para.collating) {
      const gone = whyNot({ kind: 'code-scheduled-or-current', codeHash }, view);
      if (gone !== null) return fails('await-enactment', gone);
      if (!holds({ kind: 'code-is', codeHash }, view) || (await para.waits(network.relay))) continue;
      para.collating = true;
      since = network.passed;
    }
    if (para.failure) {
      const { words, known } = para.failure;
      return { kind: 'fails', step: 'first-heads', words, known, helps: known ? [known.helps] : [] };
    }
    const last = para.included.at(-1)?.relayBlock ?? 0;
    since = Math.max(since, last - network.relay.origin.header.number);
    if (network.passed - since >= HEAD_PATIENCE) {
      const words = `no block of the para was included in ${HEAD_PATIENCE} relay blocks, though its collators could build: the relay chain gives it no core`;
      return { ...fails('first-heads', words), helps: ['renew its coretime, or place an on-demand order'] };
    }
  }
  return fails('first-heads', 'the blocks ended');
}

/** What the routes' own code works with, where blocks come as fast as they are looked at. */
function contextOf(stage: Stage, route: Route, log: StepLog): CarryOutContext {
  const { network, side, rescue, journal } = stage;
  const told: TellOfPara = (name, data) => tell(stage, EVENTS[name].sentence(data));
  let seen = -1;
  return {
    journal,
    executor: createExecutor({ journal, events: executorEvents((_para, name, data) => told(name, data)) }),
    saved: async () => undefined,
    tell: told,
    blocks: async function* () {
      for (; ; await network.next()) {
        const observation = await observe(side, rescue);
        if (network.passed !== seen) {
          seen = network.passed;
          for (const { title, call } of await log.see(await route.view(rescue, observation))) {
            if (call === null) tell(stage, `done: ${title}`);
          }
          if (seen > 0 && seen % TELL_EACH === 0) tell(stage, log.current?.title ?? 'done');
        }
        yield observation;
      }
    },
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

function fails(
  step: StepId | null,
  words: Trouble['message'],
): Extract<RehearsalVerdict, { readonly kind: 'fails' }> {
  return { kind: 'fails', step, words, known: null, helps: [] };
}
