import fc from 'fast-check';
import { toHex } from '../../src/bytes/hex.ts';
import { type Ballot, CHOICES } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';

/** Bytes of the given length as hex. Small alphabets make equal values likely, so that collisions would show. */
export const hexOf = (length: number): fc.Arbitrary<Hex> =>
  fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }).map(toHex),
    fc.constantFrom(0, 1, 0xff).map((byte) => toHex(new Uint8Array(length).fill(byte))),
  );

export const accountHex: fc.Arbitrary<Hex> = fc.oneof(hexOf(32), hexOf(20));
export const paraIds = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 20 }));
export const sequences = fc.oneof(fc.maxSafeNat(), fc.integer({ min: 0, max: 20 }));

export const ballots: fc.Arbitrary<Ballot> = fc.record({
  relayGenesis: hexOf(32),
  paraId: paraIds,
  anchor: hexOf(32),
  round: paraIds,
  roundId: hexOf(32),
  proposal: hexOf(32),
  choice: fc.constantFrom(...CHOICES),
  account: accountHex,
  sequence: sequences,
});
