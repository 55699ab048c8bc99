import { releaseProblems, releaseSection } from '../domain/policy/release-rules.ts';
import { accountText } from '../keys/account-text.ts';

/** Who has to release decisions, as the operator of a service asks. */
export const releaseRules = releaseSection(accountText()).superRefine((rules, context) => {
  for (const { path, message } of releaseProblems(rules)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});
