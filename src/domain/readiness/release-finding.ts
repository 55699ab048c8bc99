import type { Policy } from '../policy/policy.ts';
import { type Finding, ok } from './finding.ts';

/** Who has to release what holders approve, by the policy; none where it asks nobody. */
export function releaseFindings(policy: Pick<Policy, 'para' | 'release'> | null): Finding[] {
  if (!policy?.release) return [];
  const { people, threshold } = policy.release;
  return [
    ok(
      'release',
      `by the policy an approved decision waits until ${threshold} of these ${people.length} release it with "pararescue release ${policy.para}": ${people.join(', ')}`,
    ),
  ];
}
