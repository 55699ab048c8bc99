import { z } from 'zod';

/** What a policy may say of who decides: collators without the holders, or both, each by its own rule. */
export const DECIDERS = ['alone', 'beside-holders'] as const;

/** Lists of keys that lie in the collators' nodes. They name no accounts: each key votes itself. */
const KEY_LISTS: readonly string[] = ['Aura.Authorities', 'AuraExt.Authorities'];

export const collatorSection = z
  .strictObject({
    sets: z
      .array(z.string().regex(/^[A-Z]\w{0,49}\.[A-Z]\w{0,49}$/, 'must be "Pallet.Item"'))
      .min(1)
      .max(8)
      .default(['Session.Validators'])
      .describe(
        "Lists in the para's storage that name its collators, as they are at the last head; who is in several has one voice. Session.Validators, Session.QueuedKeys, CollatorSelection.Invulnerables, CollatorSelection.CandidateList, ParachainStaking.SelectedCandidates …; or Aura.Authorities alone, where the para has keys only: then each key votes itself.",
      ),
    threshold: z
      .string()
      .regex(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, 'must be a fraction such as "3/4"')
      .default('3/4')
      .describe(
        'Least share of all collators that has to say aye, exact: of seven, three quarters are six. More than a half.',
      ),
    decide: z
      .enum(DECIDERS)
      .default('beside-holders')
      .describe(
        'beside-holders: a proposal passes when holders pass it by "voting" and collators by their threshold. alone: collators decide, and nobody else votes.',
      ),
  })
  .describe('Collators as a body of their own: one head, one voice.');

export type CollatorRule = z.infer<typeof collatorSection>;

/** Whether the list holds keys of 32 bytes, whatever accounts the para has. */
export function isKeyList(set: string): boolean {
  return KEY_LISTS.includes(set);
}

/** A threshold in exact parts. The schema guarantees the form. */
function parts(threshold: string): readonly [bigint, bigint] {
  const [numerator = '1', denominator = '1'] = threshold.split('/');
  return [BigInt(numerator), BigInt(denominator)];
}

/** The least number of ayes that is the threshold's share of `size` or more. */
export function neededVoices(size: number, threshold: string): number {
  const [numerator, denominator] = parts(threshold);
  return Number((BigInt(size) * numerator + denominator - 1n) / denominator);
}

/** Whether holders have no part in the decision. */
export function collatorsAlone({
  collators,
}: {
  readonly collators?: Pick<CollatorRule, 'decide'> | undefined;
}): boolean {
  return collators?.decide === 'alone';
}

/** What contradicts itself in a rule, by its place in it. */
export function collatorProblems({ sets, threshold }: Pick<CollatorRule, 'sets' | 'threshold'>): {
  readonly path: readonly (string | number)[];
  readonly message: string;
}[] {
  const twice = sets.flatMap((set, index) =>
    sets.indexOf(set) < index ? [{ path: ['sets', index], message: 'is named twice' }] : [],
  );
  const keys = sets.find(isKeyList);
  const mixed =
    keys === undefined || sets.length === 1
      ? []
      : [
          {
            path: ['sets'],
            message: `has ${keys}, which holds keys, beside another list: a collator would have a voice by its account and another by its key`,
          },
        ];
  // A malformed one has an issue of its own already.
  if (!/^\d{1,3}\/\d{1,3}$/.test(threshold)) return [...twice, ...mixed];
  const [numerator, denominator] = parts(threshold);
  if (numerator > denominator)
    mixed.push({ path: ['threshold'], message: 'cannot be reached: it is more than all of them' });
  else if (numerator * 2n <= denominator)
    mixed.push({
      path: ['threshold'],
      message: 'must be more than a half, or a part of the collators could decide against the rest',
    });
  return [...twice, ...mixed];
}
