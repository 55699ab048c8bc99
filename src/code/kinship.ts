import { equalBytes } from '../bytes/bytes.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { encodeU32 } from '../bytes/scale.ts';
import { labelPlace } from './relabel.ts';
import { unpackCode } from './zstd.ts';

/**
 * - `same`: byte by byte. Only this counts for a relay chain, and for what blocks declare.
 * - `same-module`: the same module, compressed in another way or not at all.
 * - `other-label`: the same module but for its label's spec version.
 * - `other`: another code.
 */
export type Kinship = 'same' | 'same-module' | 'other-label' | 'other';

/** How near two codes are. */
export function kinshipOf(one: Uint8Array, other: Uint8Array): Kinship {
  if (equalBytes(one, other)) return 'same';
  try {
    const [a, b] = [unpackCode(one), unpackCode(other)];
    if (equalBytes(a, b)) return 'same-module';
    if (a.length !== b.length) return 'other';
    const [place, same] = [labelPlace(a), labelPlace(b)];
    if (place === null || same === null || place.offset !== same.offset) return 'other';
    const relabelled = a.slice();
    relabelled.set(encodeU32(same.specVersion), place.offset);
    return equalBytes(relabelled, b) ? 'other-label' : 'other';
  } catch (error) {
    if (error instanceof MalformedBytes) return 'other';
    throw error;
  }
}

export const KINSHIP_WORDS = {
  same: 'the same, byte by byte',
  'same-module': 'the same module, but other bytes (compressed in another way): its hash is another one',
  'other-label': 'the same module but for the spec version in its label',
  other: 'other code',
} as const satisfies Record<Kinship, string>;
