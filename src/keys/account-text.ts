import { z } from 'zod';
import type { AccountHex } from '../domain/units.ts';
import { parseAccount } from './account.ts';

/** Longest text that is looked at. */
const LONGEST = 100;

interface AccountTextOptions {
  /** Accounts of this length only; without it also the 20 bytes of Ethereum. */
  readonly bytes?: 32;
  /** What to say of other text, in the place of what is wrong with it. */
  readonly wrong?: string;
}

/** Schema of an account as people write it; see `parseAccount`. */
export function accountText({ bytes, wrong }: AccountTextOptions = {}) {
  return z
    .string()
    .max(LONGEST)
    .transform((text, context): AccountHex => {
      const parsed = parseAccount(text);
      const hasLength =
        'account' in parsed && (bytes === undefined || parsed.account.length === 2 + 2 * bytes);
      if (hasLength) return parsed.account;
      const problem = 'problem' in parsed ? parsed.problem : `must have ${bytes} bytes`;
      context.addIssue({ code: 'custom', message: wrong ?? problem });
      return z.NEVER;
    });
}
