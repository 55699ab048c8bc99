import { type CollatorRule, neededVoices } from '../policy/collator-rules.ts';
import type { AccountHex } from '../units.ts';
import type { Choice } from './round.ts';

/** Who collates the para, as proven at the anchor, and by which rule they decide. Nobody is in it whom the policy excludes. */
export interface CollatorBody {
  /** Empty where the lists name nobody: then nothing can ever pass. */
  readonly members: ReadonlySet<AccountHex>;
  readonly rule: CollatorRule;
}

/** What the voices of the collators add up to for one proposal. */
export interface CollatorTally {
  readonly decide: CollatorRule['decide'];
  /** All collators, whether they voted or not. */
  readonly size: number;
  /** Ayes without which the proposal does not pass. */
  readonly needed: number;
  readonly ayes: number;
  readonly nays: number;
  readonly abstains: number;
  readonly approved: boolean;
}

/** Applies the threshold to all of the body, so that who stays away never helps a proposal; of nobody it is never reached. */
export function judgeCollators(
  { members, rule }: CollatorBody,
  { aye: ayes, nay: nays, abstain: abstains }: Readonly<Record<Choice, number>>,
): CollatorTally {
  const size = members.size;
  const needed = neededVoices(size, rule.threshold);
  const approved = size > 0 && ayes >= needed;
  return { decide: rule.decide, size, needed, ayes, nays, abstains, approved };
}
