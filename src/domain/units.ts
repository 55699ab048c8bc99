import type { Hex } from '../bytes/hex.ts';

export type { Hex } from '../bytes/hex.ts';

/**
 * The units of the project. Aliases rather than brands: they carry meaning to the reader, and the borders
 * (schemas, decoders) guarantee the ranges.
 */

/** Id of a para on its relay chain, an unsigned 32-bit integer. */
export type ParaId = number;
/** Number of a block of the relay chain. Every clock of a rescue counts these, not seconds. */
export type RelayBlock = number;
/** Number of a block of a para. */
export type ParaBlock = number;
/** Milliseconds since the Unix epoch. Only for people; no rule depends on it. */
export type EpochMs = number;
/** Smallest unit of a token, exact. */
export type Planck = bigint;
/** Account id as hex: 32 bytes (AccountId32) or 20 bytes (AccountId20, Ethereum style). */
export type AccountHex = Hex;
