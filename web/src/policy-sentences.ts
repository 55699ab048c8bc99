import type { Token } from '../../src/domain/amount.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { policySentences as sentences } from '../../src/domain/policy/policy-sentences.ts';
import { amount, blocks, number } from './format.ts';

/** What a policy says, with amounts and times as the page writes them. */
export function policySentences(policy: Policy, token: Token | null): string[] {
  const symbol = token?.symbol ?? 'the native token';
  return sentences(policy, { amount: (planck) => amount(planck, token), blocks, number, symbol });
}
