import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, isHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle, encodeU32 } from '../../bytes/scale.ts';
import { RescueError } from '../errors.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';

/** What a round is known by, for ever: 32 bytes that no other round has, on any chain and under any policy. */
export type RoundId = Hex;

/** What makes a round this one. Every service that saw the same chain has the same, whenever it was started. */
export interface RoundParts {
  readonly relayGenesis: Hex;
  readonly paraId: ParaId;
  /** Hash of the policy that decides it. */
  readonly policy: Hex;
  /** Hash of the anchor's head. */
  readonly anchor: Hex;
  /** `openingBlock`: tells apart the times at which one head was the last one. */
  readonly opening: RelayBlock;
  /** Number of the round within this opening, from 1: a round that ends without a decision makes room for the next one. */
  readonly counter: number;
}

/** Says what is encoded, so that these bytes are never those of anything else that is hashed here. */
const TAG = 'pararescue round';
const ENCODING_VERSION = 1;
const LARGEST_COUNTER = 0xffff_ffff;

/**
 * blake2-256 of, one after the other: the 16 ASCII bytes `pararescue round`, the version of this encoding (one byte: 1), relay
 * genesis (32 bytes), para (u32), policy hash (32), head hash (32), opening block (u64), counter (u32). Numbers are little-endian,
 * every part has a fixed length: two rounds that differ in a part never have the same bytes.
 * @throws RESCUE_INTERNAL for a part that does not fit its bytes
 */
export function roundId(parts: RoundParts): RoundId {
  return toHex(blake2b(encodeRoundParts(parts), { dkLen: 32 }));
}

/** The bytes that `roundId` hashes. */
export function encodeRoundParts(parts: RoundParts): Uint8Array {
  const { relayGenesis, paraId, policy, anchor, opening, counter } = parts;
  return concatBytes(
    encodeText(TAG),
    Uint8Array.of(ENCODING_VERSION),
    hashBytes('relay genesis', relayGenesis),
    encodeU32(number('para', paraId, 0, 0xffff_ffff)),
    hashBytes('policy', policy),
    hashBytes('anchor', anchor),
    encodeLittle(number('opening block', opening, 0, Number.MAX_SAFE_INTEGER), 8),
    encodeU32(number('counter', counter, 1, LARGEST_COUNTER)),
  );
}

/**
 * The relay block from which on rounds on a head can be: the first one at which it counts as stalled, or, if it came back
 * after another head without a block of the para having been included, the one since which it is the head again. Never
 * the block at which a service noticed, so that services that were started at different times have the same one.
 */
export function openingBlock(
  { mostRecentContext }: { readonly mostRecentContext: RelayBlock },
  { gapBlocks }: { readonly gapBlocks: RelayBlock },
  headAgainSince: RelayBlock | null,
): RelayBlock {
  return Math.max(mostRecentContext + gapBlocks, headAgainSince ?? 0);
}

/** For people, beside the number of the round: the first four bytes. */
export function shortRoundId(id: RoundId): string {
  return `${id.slice(0, 10)}…`;
}

function hashBytes(part: string, value: Hex): Uint8Array {
  if (isHex(value) && value.length === 66) return fromHex(value);
  throw new RescueError('RESCUE_INTERNAL', `The ${part} of a round id must be 32 bytes of hex.`);
}

function number(part: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new RescueError(
    'RESCUE_INTERNAL',
    `The ${part} of a round id must be a whole number from ${least} to ${most}, not ${value}.`,
  );
}
