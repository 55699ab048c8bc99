import { z } from 'zod';
import { releaseProblems, releaseSection } from '../domain/policy/release-rules.ts';
import type { AccountHex } from '../domain/units.ts';
import { parseAccount } from '../keys/account.ts';

const account = z
  .string()
  .max(100)
  .transform((text, context): AccountHex => {
    const parsed = parseAccount(text);
    if ('account' in parsed) return parsed.account;
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  });

/** Who has to release decisions, as the operator of a service asks. */
export const releaseRules = releaseSection(account).superRefine((rules, context) => {
  for (const { path, message } of releaseProblems(rules)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});
