import { z } from 'zod';

/** `assetId` reads one key of a map. */
export function rateSection<Key extends z.ZodType<number | string>>(assetId: Key) {
  const storedAmount = z.strictObject({
    item: z.string().regex(/^[A-Z]\w{0,49}\.[A-Z]\w{0,49}$/, 'must be "Pallet.Item"'),
    keys: z
      .array(assetId)
      .max(4)
      .default([])
      .describe('Keys of a map: numbers, or SCALE-encoded ids in hex, such as an account.'),
    field: z
      .string()
      .regex(/^(?:\w{1,50}(?:\.\w{1,50}){0,7})?$/, 'must be names of fields joined by dots')
      .default('')
      .describe('Path of the amount in the value; empty when the value is the amount.'),
  });
  return z
    .strictObject({ numerator: storedAmount, denominator: storedAmount })
    .describe(
      'What a unit stands for: balance × numerator ÷ denominator, rounded down, both as the para stores them at the last head. For liquid staking tokens and shares of pools. Zero, or nothing stored, is no rate: then nothing is counted, and it is said.',
    );
}

export type Rate = z.infer<ReturnType<typeof rateSection<z.ZodType<number | string>>>>;
export type StoredAmount = Rate['numerator'];
