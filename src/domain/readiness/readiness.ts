import type { RouteName } from '../route/route.ts';
import type { RelayBlock } from '../units.ts';
import { type Finding, lastingObstacles } from './finding.ts';

/** A finding, which routes it is about, and since when it is so. */
export interface Check extends Finding {
  /** Null for what concerns a rescue on any route. */
  readonly routes: readonly RouteName[] | null;
  /** First relay block at which this result was found, in this and earlier lives of the service. */
  readonly since: RelayBlock;
  /** Relay block at which it was found last. */
  readonly at: RelayBlock;
}

/** `not-asked`: no policy is in force, so nobody counts on a rescue. */
export const READINESS = ['ready', 'not-ready', 'unknown', 'not-asked'] as const;

export interface RouteReadiness {
  readonly route: RouteName;
  readonly result: 'ready' | 'not-ready' | 'unknown';
  /** Why it would not work today, or cannot be told to. */
  readonly reasons: readonly string[];
}

/** Whether the para could be rescued today, by the routes that its policy allows. */
export interface Readiness {
  readonly result: (typeof READINESS)[number];
  /** In the order of the policy; those that this version has where no policy is known. */
  readonly routes: readonly RouteReadiness[];
  /** Why no allowed route could carry a decision out, whatever people of the para do; null when one could, or nothing shows that none could. */
  readonly impossible: string | null;
  readonly checks: readonly Check[];
}

/** What was found of one route, or of what all have in common. */
export interface FoundOn {
  /** Null for what concerns a rescue on any route. */
  readonly route: RouteName | null;
  readonly findings: readonly Finding[];
}

/** Why none of these routes could carry a decision out; null when one could, or none was looked at. */
export function impossibleOn(found: readonly FoundOn[]): string | null {
  const routes = found.filter(({ route }) => route !== null);
  const against = routes.map(({ route, findings }) => {
    const lasting = lastingObstacles(findings).map(({ sentence }) => sentence);
    return lasting.length === 0 ? null : `${route}: ${lasting.join('; ')}`;
  });
  return against.length === 0 || against.includes(null) ? null : against.join('. ');
}

/** The whole by its parts. A route works only when nothing at all is in its way, and everything about it is known. */
export function readinessOf(
  checks: readonly Check[],
  routes: readonly RouteName[],
  { isAsked }: { readonly isAsked: boolean },
): Readiness {
  const common = checks.filter((check) => check.routes === null);
  const perRoute = routes.map((route): RouteReadiness => {
    const own = checks.filter((check) => check.routes?.includes(route));
    if (own.length === 0) return { route, result: 'unknown', reasons: ['it was not looked at yet'] };
    const bad = resultOf(own);
    const reasons = own.filter(({ result }) => result === bad).map(({ sentence }) => sentence);
    return { route, result: WORD[bad], reasons: bad === 'ok' ? [] : reasons };
  });
  const byRoutes = perRoute.some(({ result }) => result === 'ready')
    ? 'ready'
    : perRoute.some(({ result }) => result === 'unknown')
      ? 'unknown'
      : 'not-ready';
  const byCommon = common.length === 0 ? 'unknown' : WORD[resultOf(common)];
  const results = [byRoutes, byCommon];
  const result = results.includes('not-ready')
    ? 'not-ready'
    : results.includes('unknown')
      ? 'unknown'
      : 'ready';
  const onRoutes = routes.map((route) => ({
    route,
    findings: checks.filter((check) => check.routes?.includes(route)),
  }));
  return {
    result: isAsked ? result : 'not-asked',
    routes: perRoute,
    impossible: impossibleOn(onRoutes),
    checks,
  };
}

const WORD = { ok: 'ready', obstacle: 'not-ready', unknown: 'unknown' } as const;

/** The worst that decides: an obstacle is surer than what nobody knows. Warnings decide nothing. */
function resultOf(checks: readonly Check[]): keyof typeof WORD {
  if (checks.some(({ result }) => result === 'obstacle')) return 'obstacle';
  return checks.some(({ result }) => result === 'unknown') ? 'unknown' : 'ok';
}
