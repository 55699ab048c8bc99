import type { Finding } from '../../domain/readiness/finding.ts';
import { labelGuard, sameCodeGuard, sizeGuard } from '../../domain/route/guards.ts';
import type { PlanLook } from './look.ts';

/** What of the code stands in the way of every way that puts it in place on the relay chain; nothing without one. */
export function codeGuards({ code, observation, own, limits }: PlanLook): Finding[] {
  if (code === null) return [];
  return [sameCodeGuard(code, observation), labelGuard(code, own), sizeGuard(code, limits)];
}

/** Code that is the para's own is no substitute: its nodes run it already. */
function isOwn({ code, own }: PlanLook): boolean {
  return code !== null && 'codeHash' in own && own.codeHash === code.hash;
}

/** What collators have to do once the relay chain stores the code; nothing where that is the para's own. */
export function collatorsPart(look: PlanLook): {
  readonly waitsFor: string;
  readonly risks: readonly string[];
} {
  if (isOwn(look)) {
    return {
      waitsFor: "collators; the code is the para's own, so that no node needs a substitute",
      risks: [],
    };
  }
  return {
    waitsFor: 'collators, who have to take the code as a substitute',
    risks: [
      'every node of the para, not only collators, has to be restarted with the code as a substitute of the same label; a node without it stops at the first rescued block',
    ],
  };
}

export const DECODING_RISK =
  'the call is decoded by the runtime of its chain when it is dispatched: an upgrade of that chain before then may change what its bytes mean';
