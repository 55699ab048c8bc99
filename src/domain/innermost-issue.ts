import type { z } from 'zod';

/** What is wrong with a value that fits no form of a union: the first thing in the form that it misses by least. */
export function innermostIssue(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
  const found = innermostIssue(closest[0]);
  return found ? { ...found, path: [...issue.path, ...found.path] } : issue;
}
