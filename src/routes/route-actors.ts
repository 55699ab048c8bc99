import type { StepInput } from '../../machines/context.ts';
import { managerObstacles } from '../domain/chain/manager.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import { RescueError } from '../domain/errors.ts';
import type { RouteAssessment, RouteName, RoutePlan } from '../domain/route/route.ts';
import { assessContractRoute } from './contract/route-plan.ts';
import { planRegistrarRoute, scheduleObstacles } from './registrar/plan.ts';
import { onRelay, type RouteContext, requireCode, stepKey } from './route-context.ts';
import type { Step } from './step-executor.ts';

/** Every allowed route in the policy's order, with its plan or the reasons against it. */
async function assessRoutes(
  context: RouteContext,
  input: StepInput,
  observation: ParaObservation,
): Promise<RouteAssessment[]> {
  const { relay, ledger, submitter } = context;
  const limits = await relay.limits();
  const code = await requireCode(ledger, input);
  const planned = {
    registrar: async () =>
      planRegistrarRoute({
        observation,
        limits,
        codeHash: input.approved.codeHash,
        codeSize: code.length,
        signer: submitter.signer(),
        recoveryHeads: input.policy.recovery.heads,
        lockAgain: input.policy.recovery.lockAgain,
      }),
    contract: () => assessContractRoute(context, input, observation),
  } satisfies Record<RouteName, () => Promise<RouteAssessment>>;
  return Promise.all(input.policy.routes.map((route) => planned[route]()));
}

/**
 * The first route of the policy that chain state allows.
 * @throws RESCUE_ROUTE_IMPOSSIBLE with the reasons against each.
 */
export async function planRoute(
  context: RouteContext,
  input: StepInput,
  signal: AbortSignal,
): Promise<RoutePlan> {
  const observation = await context.feed.next(input.paraId, -1, signal);
  const assessments = await assessRoutes(context, input, observation);
  for (const assessment of assessments) if (assessment.possible) return assessment.plan;
  const reasons = assessments.map((entry) =>
    entry.possible ? '' : `${entry.route}: ${entry.reasons.join('; ')}`,
  );
  throw new RescueError(
    'RESCUE_ROUTE_IMPOSSIBLE',
    `No allowed route can carry the decision out. ${reasons.join('. ')}.`,
  );
}

/** Scheduling the approved code as the registrar manager: the point of no return of the registrar route. */
export function scheduleStep({ relay, ledger, submitter }: RouteContext, input: StepInput): Step {
  const { paraId, anchor, approved } = input;
  return {
    key: stepKey(input, 'registrar', 'schedule-code'),
    paraId,
    title: `schedule code ${approved.codeHash} for para ${paraId}`,
    ...onRelay(submitter),
    sign: async () =>
      submitter.sign({ kind: 'schedule-code', paraId, code: await requireCode(ledger, input) }),
    obstacles: async (observation) => {
      const code = await requireCode(ledger, input);
      return scheduleObstacles(observation, await relay.limits(), approved.codeHash, code.length);
    },
    isMoot: (observation) => observation.head?.hash !== anchor.head.hash,
    isDone: ({ futureCodeHash, currentCodeHash }) =>
      futureCodeHash === approved.codeHash || currentCodeHash === approved.codeHash,
    undoneBy: ({ upgradeGoAhead }) =>
      upgradeGoAhead === 'Abort' ? 'the validators rejected the code (upgrade signal Abort)' : null,
  };
}

/** Adding the lock again once the para lives. */
export function relockStep({ submitter }: Pick<RouteContext, 'submitter'>, input: StepInput): Step {
  const { paraId } = input;
  return {
    key: stepKey(input, 'registrar', 'lock-again'),
    paraId,
    title: `add the registrar lock of para ${paraId} again`,
    ...onRelay(submitter),
    sign: () => submitter.sign({ kind: 'add-lock', paraId }),
    obstacles: managerObstacles,
    isMoot: () => false,
    isDone: (observation) => observation.registrar?.locked === true,
    undoneBy: () => null,
  };
}
