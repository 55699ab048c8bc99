import type { ParaObservation } from '../domain/chain/observation.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { PlanOutcome } from '../domain/round/outcomes.ts';
import { whyOverruled } from '../domain/round/overruled.ts';
import type { RouteAssessment, RouteName } from '../domain/route/route.ts';
import type { Routes } from './route.ts';

/**
 * The first route of the policy that chain state allows, or the reasons against each. A route that cannot be looked at now
 * is waited for: one that comes after it would be taken against the policy's order. Over other code than the decision rests on there is none.
 * @throws RESCUE_NODE_*
 */
export async function planRoute(
  routes: Routes,
  rescue: DecidedRound,
  observation: ParaObservation,
): Promise<PlanOutcome> {
  const overruled = whyOverruled(rescue, observation);
  if (overruled !== null) return { kind: 'impossible', trouble: overruled };
  const against: string[] = [];
  for (const name of rescue.policy.routes) {
    const assessment = await assess(routes, name, rescue, observation);
    if (assessment.possible) return { kind: 'planned', plan: assessment.plan };
    against.push(`${name}: ${assessment.reasons.join('; ')}`);
  }
  const message = `No allowed route can carry the decision out. ${against.join('. ')}.`;
  return { kind: 'impossible', trouble: { code: 'RESCUE_ROUTE_IMPOSSIBLE', message } };
}

async function assess(
  routes: Routes,
  name: RouteName,
  rescue: DecidedRound,
  observation: ParaObservation,
): Promise<RouteAssessment> {
  const route = routes.get(name);
  if (!route) return { possible: false, route: name, reasons: ['this service does not have that route'] };
  const view = await route.view(rescue, observation);
  if (view.trouble) throw view.trouble;
  return route.assess(rescue, view);
}
