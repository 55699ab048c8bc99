/**
 * The units of the project. Aliases rather than brands: they carry meaning to the reader, and the borders
 * (schemas, decoders) guarantee the ranges.
 */
/** `0x`-prefixed lower-case hex. Only at borders and in JSON; bytes are `Uint8Array` inside. */
export type Hex = `0x${string}`;
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
/** True for `0x` followed by an even number of lower-case hex digits. */
export declare function isHex(value: unknown): value is Hex;
/** Bytes as lower-case `0x` hex. */
export declare function toHex(bytes: Uint8Array): Hex;
/**
 * Hex as bytes; upper case is accepted, because wallets and explorers print it.
 * @throws TypeError when the text is not hex; callers at a border turn it into a coded error.
 */
export declare function fromHex(text: string): Uint8Array;
