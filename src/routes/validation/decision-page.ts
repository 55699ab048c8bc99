import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { RoutePlan } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { PageExtrinsic, PageMoment, PageStep, ValidationPage } from '../../domain/validation/page.ts';
import type { Route } from '../route.ts';
import { readStepKey } from '../route-context.ts';
import { changesAt, expectedChanges } from './expected-changes.ts';
import { plannedPageCalls, type StepPageCall } from './page-call.ts';
import { extrinsicsOf } from './page-extrinsics.ts';
import { plannedSteps, seenSteps } from './page-steps.ts';

/** A decision, the plan for it, and the route that carries it out. */
export interface PagedDecision {
  readonly rescue: DecidedRound;
  readonly plan: RoutePlan;
  readonly route: Route;
}

/** The page of a decision before anything of it is signed; null for a round without an id, which only versions before pages decided. */
export async function plannedPage(
  { rescue, plan, route }: PagedDecision,
  view: ChainView,
  about: Pick<ValidationPage, 'relay' | 'code' | 'tokens' | 'planned'>,
): Promise<ValidationPage | null> {
  const { paraId, round, roundId, approved, policy, anchor } = rescue;
  if (roundId === null) return null;
  const prepared = await preparedCalls(route, rescue, view);
  const steps = plannedSteps(plan.steps, view, (step) => {
    const calls = prepared.flatMap((one) => (one.step === step.id ? one.call : []));
    return calls.length > 0 ? calls : plannedPageCalls(step);
  });
  const { relay, head, codeHash } = anchor;
  return {
    version: 1,
    kind: 'executed',
    paraId,
    decision: {
      roundId,
      round,
      proposal: approved.proposal,
      policy: policyHash(policy),
      anchor: {
        relay: { number: relay.number, hash: relay.hash },
        head: { number: head.number, hash: head.hash },
        codeHash,
      },
    },
    route: route.name,
    steps,
    changes: expectedChanges(plan.steps, view.observation),
    costs: plan.costs,
    heads: [],
    result: { kind: 'open', words: null, at: null },
    seen: about.planned,
    notes: [],
    ...about,
  };
}

/** A page holds nothing up: where calls cannot be prepared, it shows what the plan says. */
async function preparedCalls(
  route: Route,
  rescue: DecidedRound,
  view: ChainView,
): Promise<readonly StepPageCall[]> {
  try {
    return (await route.prepare?.(rescue, view)) ?? [];
  } catch (error) {
    if (isNodeTrouble(error) || (error instanceof RescueError && error.code === 'RESCUE_CHAIN_REFUSES'))
      return [];
    throw error;
  }
}

/** First heads of the para that a page names. */
const MOST_HEADS = 10;

/** The page as one more block shows it. */
export function seenPage(page: ValidationPage, view: ChainView, moment: PageMoment): ValidationPage {
  const { observation } = view;
  const steps = seenSteps(page.steps, view, moment);
  return { ...page, steps, ...seenState(page, observation, moment) };
}

/** What a block tells of the para, whatever step is under way. */
export function seenState(
  page: ValidationPage,
  seen: ChainView['observation'],
  moment: PageMoment,
): Pick<ValidationPage, 'changes' | 'heads' | 'seen'> {
  const { head, currentCodeHash } = seen;
  const { heads, code, decision } = page;
  const isNew =
    head !== null &&
    currentCodeHash === code?.hash &&
    head.hash !== decision?.anchor.head.hash &&
    head.hash !== heads.at(-1)?.hash &&
    heads.length < MOST_HEADS;
  return {
    changes: changesAt(page.changes, seen),
    heads: isNew ? [...heads, { number: head.number, hash: head.hash, seenAt: moment.number }] : heads,
    seen: moment,
  };
}

/**
 * The page with what the journal holds of this decision, and with the blocks of what has ended, as they are proven. Asking nodes may
 * fail: then what is missing is asked for at the next block, for the last time when the page is closed.
 */
export async function withJournal(
  page: ValidationPage,
  { rescue, route }: Pick<PagedDecision, 'rescue' | 'route'>,
  journal: Pick<Journal, 'list'>,
): Promise<ValidationPage> {
  const steps = [...page.steps];
  for (const entry of await journal.list(page.paraId)) {
    const key = readStepKey(rescue, route.name, entry.key);
    if (key === null) continue;
    let place = steps.findIndex(({ id }) => id === key.step);
    if (place < 0) place = steps.push(unplannedStep(key.step)) - 1;
    const step = steps[place];
    if (!step) continue;
    const act = route.journalled(rescue, entry.key);
    const made = await extrinsicsOf(entry, step.extrinsics, act);
    const others = step.extrinsics.filter(({ hash }) => !made.some((one) => one.hash === hash));
    const extrinsics = [...others, ...made];
    steps[place] = {
      ...step,
      extrinsics,
      ...(step.facts.length === 0 && { outcome: outcomeBy(extrinsics) }),
    };
  }
  return { ...page, steps };
}

/** What a route does that no plan foresees, such as taking back what is no longer wanted. */
function unplannedStep(id: string): PageStep {
  return {
    id,
    title: `${id}, which was not planned`,
    expectedBlocks: null,
    calls: [],
    facts: [],
    outcome: 'under way',
    from: null,
    to: null,
    extrinsics: [],
  };
}

function outcomeBy(extrinsics: readonly PageExtrinsic[]): PageStep['outcome'] {
  return extrinsics.some(({ status }) => status === 'signed' || status === 'sent') ? 'under way' : 'done';
}

/** The page at its end. A step that is under way when the whole fails is the one that failed. */
export function closedPage(
  page: ValidationPage,
  kind: 'done' | 'failed' | 'ended',
  words: string | null,
): ValidationPage {
  const steps = page.steps.map(
    (step): PageStep =>
      kind === 'failed' && step.outcome === 'under way'
        ? { ...step, outcome: 'failed', to: page.seen }
        : step,
  );
  return { ...page, steps, result: { kind, words, at: page.seen } };
}
