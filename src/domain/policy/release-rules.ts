import { z } from 'zod';

/** Most people of one rule. */
const MOST_PEOPLE = 50;

/** Who has to release an approved decision before a service carries it out; `account` reads one person's account. */
export function releaseSection<Account extends z.ZodType<string>>(account: Account) {
  return z
    .strictObject({
      people: z
        .array(account)
        .min(1)
        .max(MOST_PEOPLE)
        .describe('Accounts that may release: keys of people, of any signature scheme.'),
      threshold: z
        .int()
        .min(1)
        .max(MOST_PEOPLE)
        .describe('Releases without which nothing of an approved decision is signed or sent.'),
    })
    .describe(
      'People who have to release an approved decision, besides those who voted, before a service carries it out. Without it none is asked for.',
    );
}

/** What is asked for: so many of these people. */
export interface ReleaseRule {
  readonly people: readonly string[];
  readonly threshold: number;
}

/** What contradicts itself in a rule, by its place in it. */
export function releaseProblems({
  people,
  threshold,
}: ReleaseRule): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const twice = people.flatMap((id, index) =>
    people.indexOf(id) < index ? [{ path: ['people', index], message: 'is named twice' }] : [],
  );
  const distinct = new Set(people).size;
  if (threshold <= distinct) return twice;
  const message = `cannot be reached: ${threshold} people would have to release, and ${distinct} may`;
  return [...twice, { path: ['threshold'], message }];
}
