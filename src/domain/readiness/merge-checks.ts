import type { RelayBlock } from '../units.ts';
import type { Check, FoundOn } from './readiness.ts';

/** A check that is not what it was; `before` is null when it was not looked at before. */
export interface ChangedCheck {
  readonly check: Check;
  readonly before: Check | null;
}

/**
 * What a look at relay block `at` found, with since when each is so. The same finding of several routes is one check. `known`
 * are the checks of the last look: one of another result, or of another cause for it, begins anew.
 */
export function mergeChecks(
  found: readonly FoundOn[],
  known: readonly Check[],
  at: RelayBlock,
): { readonly checks: readonly Check[]; readonly changed: readonly ChangedCheck[] } {
  const merged: Omit<Check, 'since'>[] = [];
  for (const { route, findings } of found) {
    for (const finding of findings) {
      const same = merged.findIndex(
        (one) => one.routes !== null && route !== null && isSame(one, finding) && one.fix === finding.fix,
      );
      const other = merged[same];
      if (other && route !== null) merged[same] = { ...other, routes: [...(other.routes ?? []), route] };
      else merged.push({ ...finding, routes: route === null ? null : [route], at });
    }
  }
  const changed: ChangedCheck[] = [];
  const checks = merged.map((one): Check => {
    const before = known.find(
      ({ check, routes }) => check === one.check && JSON.stringify(routes) === JSON.stringify(one.routes),
    );
    const stays = before?.result === one.result && before.remedy === one.remedy;
    const check = { ...one, since: stays ? before.since : at };
    if (!stays) changed.push({ check, before: before ?? null });
    return check;
  });
  return { checks, changed };
}

function isSame(a: Omit<Check, 'since'>, b: FoundOn['findings'][number]): boolean {
  return a.check === b.check && a.result === b.result && a.sentence === b.sentence;
}
