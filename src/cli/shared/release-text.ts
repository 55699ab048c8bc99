import type { ReleaseRule } from '../../domain/policy/release-rules.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import { accountText } from './signing.ts';

/** What a policy asks for, for those who check it or opt in with it. */
export function releaseRuleText({ people, threshold }: ReleaseRule): string {
  return `an approved decision waits until ${threshold} of these ${people.length} release it: ${people.join(', ')}`;
}

const WHOSE = { policy: 'by the policy', operator: 'by the operator' } as const;

/** Who has released the decision and who is still to, a line each. */
export async function releaseLines(
  view: ReleaseView | null | undefined,
): Promise<(readonly [string, string])[]> {
  if (view == null) return [];
  const lines: (readonly [string, string])[] = [];
  for (const { by, threshold, released, open } of view.standings) {
    lines.push(['release', `${released.length} of ${threshold} ${WHOSE[by]}`]);
    for (const account of released) {
      const statement = view.statements.find((one) => one.account === account);
      const when = statement ? `at relay block ${statement.admittedAt}, until ${statement.expires}` : '';
      lines.push(['', `released by ${await accountText(account)} ${when}`]);
    }
    for (const account of open) lines.push(['', `open: ${await accountText(account)}`]);
  }
  return lines;
}
