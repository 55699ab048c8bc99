import type { Policy } from '../../domain/policy/policy.ts';
import type { ReleaseRule } from '../../domain/policy/release-rules.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import { accountText } from './signing.ts';

/** What a policy asks for, for those who check it or opt in with it. */
export function releaseRuleText({ people, threshold }: ReleaseRule): string {
  return `an approved decision waits until ${threshold} of these ${people.length} release it: ${people.join(', ')}`;
}

/** For commands that carry a decision out by themselves, under a policy that asks for its release. */
export function releaseWarnings({ para, release }: Pick<Policy, 'para' | 'release'>): string[] {
  if (!release) return [];
  const { people, threshold } = release;
  return [
    `the policy asks ${threshold} of ${people.length} people to release what was approved before a service acts, and this command asks nobody: "pararescue release ${para}" tells who has`,
  ];
}

/** In the help of commands that know no policy. */
export const ASKS_NOBODY =
  '\nThis command knows no policy: where one, or the operator of a service, asks people to release what holders approved, "pararescue release PARA" tells who has.';

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
