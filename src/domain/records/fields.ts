import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { SIGNATURE_SCHEMES } from '../round/round.ts';
import type { Hex } from '../units.ts';

/** The values that records are made of. Each has one form, so that equal records have equal bytes. */

/** Lower-case hex of any of the given byte lengths; without one, of any length. */
function hexOf(...lengths: readonly number[]) {
  const digits = lengths.map((length) => length * 2);
  const wanted = new Set(digits);
  const pattern =
    digits.length === 0 ? '(?:[0-9a-f]{2})*' : `(?:${digits.map((of) => `[0-9a-f]{${of}}`).join('|')})`;
  return z
    .custom<Hex>(
      (value) => isHex(value) && (wanted.size === 0 || wanted.has(value.length - 2)),
      `must be 0x and ${digits.length > 0 ? `${digits.join(' or ')} ` : ''}lower-case hex digits`,
    )
    .meta({ type: 'string', pattern: `^0x${pattern}$` });
}

export const bytes = hexOf();
export const hash = hexOf(32);
/** 32 bytes, or 20 on Ethereum-style chains. */
export const account = hexOf(32, 20);
/** Of a contract: H160. */
export const address = hexOf(20);
/** 64 bytes for sr25519 and ed25519, 65 for ecdsa and ethereum. */
export const signature = hexOf(64, 65);
export const scheme = z.enum(SIGNATURE_SCHEMES);

export const count = z.int().min(0);
export const u32 = z.int().min(0).max(0xffff_ffff);
export const paraId = u32;
/** Number of a block, of the relay chain or of a para. */
export const block = count;
export const epochMs = z.int();

/** Whole number as decimal text, because JSON numbers are not exact above 2^53; 60 digits hold any sum of u128. */
export const amountText = z.string().regex(/^(?:0|[1-9]\d{0,59})$/, 'must be a whole number as decimal text');
/** `amountText` as bigint; `toJson` is the way back. */
export const planck = amountText.transform((text) => BigInt(text));
export const u64Text = amountText.refine(
  (text) => text.length <= 20 && BigInt(text) < 1n << 64n,
  'must be below 2^64',
);

/** JSON has no `undefined`: a member that is missing was not known. */
export function known<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().transform((value) => value);
}
