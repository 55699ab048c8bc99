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

/** One ballot, whose members are all told apart. */
export const sampleBallot: Ballot = {
  relayGenesis: `0x${'a1'.repeat(32)}`,
  paraId: 2000,
  anchor: `0x${'b2'.repeat(32)}`,
  round: 1,
  roundId: `0x${'1d'.repeat(32)}`,
  proposal: `0x${'c3'.repeat(32)}`,
  choice: 'aye',
  account: `0x${'d4'.repeat(32)}`,
  sequence: 7,
};
