import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import {
  encodeRoundParts,
  openingBlock,
  type RoundParts,
  roundId,
  shortRoundId,
} from '../../src/domain/round/round-id.ts';
import type { Hex } from '../../src/domain/units.ts';

const hash = (byte: string): Hex => `0x${byte.repeat(32)}`;
const PARTS: RoundParts = {
  relayGenesis: hash('aa'),
  paraId: 2000,
  policy: hash('bb'),
  anchor: hash('cc'),
  opening: 0x0102_0304_05,
  counter: 7,
};

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const parts: fc.Arbitrary<RoundParts> = fc.record({
  relayGenesis: hashes,
  paraId: u32,
  policy: hashes,
  anchor: hashes,
  opening: fc.oneof(u32, fc.maxSafeNat()),
  counter: fc.integer({ min: 1, max: 0xffff_ffff }),
});

describe('the id of a round', () => {
  it('is the hash of its parts, byte for byte as the format page says', () => {
    const bytes = Buffer.concat([
      Buffer.from('pararescue round', 'ascii'),
      Buffer.from('01', 'hex'),
      Buffer.alloc(32, 0xaa),
      Buffer.from('d0070000', 'hex'),
      Buffer.alloc(32, 0xbb),
      Buffer.alloc(32, 0xcc),
      Buffer.from('0504030201000000', 'hex'),
      Buffer.from('07000000', 'hex'),
    ]);
    expect(Buffer.from(encodeRoundParts(PARTS)).toString('hex')).toBe(bytes.toString('hex'));
    expect(roundId(PARTS)).toBe(toHex(blake2b(bytes, { dkLen: 32 })));
    expect(roundId(PARTS)).toBe('0xa1f48c42a5d9079ca58a337c39e0561e985d715ee3c21ff073d4304c0afbb7e5');
  });

  it('is the same for the same parts, and another one for any others', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = (Object.keys(one) as (keyof RoundParts)[]).every((part) => one[part] === other[part]);
        expect(toHex(encodeRoundParts(one)) === toHex(encodeRoundParts(other))).toBe(same);
        expect(roundId({ ...one })).toBe(roundId(one));
      }),
    );
  });

  it('changes with each part alone', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        for (const part of Object.keys(one) as (keyof RoundParts)[]) {
          const changed = { ...one, [part]: other[part] };
          expect(roundId(changed) === roundId(one), part).toBe(one[part] === other[part]);
        }
      }),
    );
  });

  it.each([
    ['a genesis that is too short', { relayGenesis: '0x00' as Hex }],
    ['a policy that is no hex', { policy: `0x${'zz'.repeat(32)}` as Hex }],
    ['a head in capitals', { anchor: `0x${'AB'.repeat(32)}` as Hex }],
    ['a para above 32 bits', { paraId: 2 ** 32 }],
    ['an opening before the first block', { opening: -1 }],
    ['an opening that is no whole number', { opening: 1.5 }],
    ['a counter of zero', { counter: 0 }],
    ['a counter above 32 bits', { counter: 2 ** 32 }],
  ])('is refused for %s', (_, wrong) => {
    expect(() => roundId({ ...PARTS, ...wrong })).toThrow(
      expect.objectContaining({ code: 'RESCUE_INTERNAL' }),
    );
  });

  it('has a short form for people', () => {
    expect(shortRoundId(hash('ab'))).toBe('0xabababab…');
  });
});

describe('the opening block', () => {
  it('is the first one at which the head counts as stalled', () => {
    expect(openingBlock({ mostRecentContext: 100 }, { gapBlocks: 50 }, null)).toBe(150);
    expect(openingBlock({ mostRecentContext: 100 }, { gapBlocks: 50 }, 120)).toBe(150);
  });

  it('is the one since which the head is the head again, when that is later', () => {
    expect(openingBlock({ mostRecentContext: 100 }, { gapBlocks: 50 }, 151)).toBe(151);
  });
});
