import { z } from 'zod';
import { innermostIssue } from './innermost-issue.ts';

/**
 * A list that others send: of `most` entries at most, and looked through up to the first one that is wrong. `z.array` tells all that is
 * wrong with each entry, which for a megabyte of them takes minutes and gigabytes.
 */
export function listOf<T>(entry: z.ZodType<T>, most: number): z.ZodType<T[]> {
  const entries = z
    .array(z.unknown())
    .max(most)
    .transform((found, context) => {
      const list: T[] = [];
      for (const [index, value] of found.entries()) {
        const { success, data, error } = entry.safeParse(value);
        if (success) {
          list.push(data);
          continue;
        }
        const issue = innermostIssue(error.issues[0]);
        const path = [index, ...(issue?.path ?? [])];
        context.addIssue({ code: 'custom', path, message: issue?.message ?? 'is malformed' });
        return z.NEVER;
      }
      return list;
    });
  ENTRIES.set(entries, entry);
  return entries;
}

const ENTRIES = new WeakMap<z.core.$ZodType, z.ZodType>();

/** What a list of `listOf` consists of, for whoever describes it; null for any other schema. */
export function entryOf(list: z.core.$ZodType): z.ZodType | null {
  return ENTRIES.get(list) ?? null;
}
