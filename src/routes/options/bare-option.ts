import type { RouteOption } from '../../domain/route/option.ts';
import type { RouteLook } from '../look.ts';

/** A way of which only its name is known so far: what every assessment of it begins with. */
export function bareOption(
  of: Pick<RouteOption, 'way' | 'route' | 'result' | 'summary'> & Partial<Pick<RouteOption, 'waitsFor'>>,
): RouteOption {
  return {
    reasons: [],
    helps: [],
    findings: [],
    steps: [],
    expectedBlocks: null,
    waitsFor: null,
    costs: [],
    dependsOn: [],
    risks: [],
    ...of,
  };
}

/** Heads that prove recovery where no policy says how many. */
const USUAL_HEADS = 3;

export function recoveryHeadsOf(policy: RouteLook['policy']): number {
  return policy?.rules.recovery.heads ?? USUAL_HEADS;
}
