import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import type { Hex } from '../../domain/units.ts';

/** What the views of the contract return, as `decodeAll` gives it: nameless answers by position. */

export const NO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;
export const NO_HASH: Hex = `0x${'00'.repeat(32)}`;

const bytesOf = (length: number) =>
  z.custom<Hex>((value) => isHex(value) && value.length === 2 + 2 * length, `must be ${length} bytes`);
const address = bytesOf(20);
const hash = bytesOf(32);
/** Numbers that every JavaScript number holds; larger ones are refused. */
const small = z
  .bigint()
  .max(BigInt(Number.MAX_SAFE_INTEGER))
  .transform((value) => Number(value));

export const stateSchema = z.object({
  0: z.object({
    para: small,
    manager: address,
    paraAccount: address,
    optedIn: z.boolean(),
    policyHash: hash,
    epoch: z.bigint(),
    threshold: small,
    vetoSeconds: z.bigint(),
    decidedId: hash,
    lastSentId: hash,
  }),
});

const decision = z.object({
  para: small,
  anchorNumber: small,
  attempt: small,
  cancelOffset: small,
  roundId: hash,
  anchorHead: hash,
  policyHash: hash,
  codeHash: hash,
  evidenceHash: hash,
  ayes: z.bigint(),
  nays: z.bigint(),
  abstains: z.bigint(),
  electorate: z.bigint(),
  messageHash: hash,
  cancelHash: hash,
});

export const recordSchema = z.object({
  0: z.object({
    decision,
    /** Seconds since the Unix epoch; zero below the threshold. */
    decidedAt: z.bigint(),
    heldUntil: z.bigint(),
    epoch: z.bigint(),
    support: small,
    vetoes: small,
    sent: z.boolean(),
    forbidden: z.boolean(),
    cancelled: z.boolean(),
  }),
});

export const addressesSchema = z.object({ 0: z.array(address) });
export const roundSchema = z.object({ attempt: small, sentInEpoch: small, over: z.boolean() });
export const cancellationSchema = z.object({ supporters: z.array(address) });
export const hashSchema = z.object({ 0: hash });
export const numberSchema = z.object({ 0: z.bigint() });
export const yesSchema = z.object({ 0: z.boolean() });
