import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentToPpm } from '../../src/domain/policy/policy.ts';
import { CHOICES } from '../../src/domain/round/round.ts';
import { createVoteSums, judge, type VoteSums, type WeighedVote } from '../../src/domain/round/tally.ts';
import type { Hex } from '../../src/domain/units.ts';
import { hash } from './observations.ts';

const PROPOSALS = [hash('01'), hash('02'), hash('03')] as const;
const powers = fc.oneof(fc.bigInt({ min: 0n, max: 1n << 128n }), fc.bigInt({ min: 0n, max: 12n }));
/** Every percentage with up to four decimals, in each way that the policy allows to write it. */
const percentages = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.boolean())
  .map(([ppm, trim]) => {
    const fraction = String(ppm % 10_000).padStart(4, '0');
    const text = `${Math.floor(ppm / 10_000)}.${fraction}`;
    return { ppm: BigInt(ppm), text: `${trim ? text.replace(/\.?0+$/, '') || '0' : text}%` };
  })
  .filter(({ text }) => /\d%$/.test(text));
const votes: fc.Arbitrary<WeighedVote[]> = fc.array(
  fc.record({
    account: fc.constantFrom<Hex>(hash('0a'), hash('0b')),
    proposal: fc.constantFrom<Hex>(...PROPOSALS),
    choice: fc.constantFrom(...CHOICES),
    power: powers,
  }),
  { maxLength: 40 },
);

function sumOf(all: readonly WeighedVote[]): VoteSums {
  const sums = createVoteSums();
  for (const vote of all) sums.add(vote);
  return sums;
}

/** `a / b >= c / d` by continued fractions: an oracle that multiplies nothing across. */
function atLeast(a: bigint, b: bigint, c: bigint, d: bigint): boolean {
  const [quotient, other] = [a / b, c / d];
  if (quotient !== other) return quotient > other;
  const [rest, otherRest] = [a % b, c % d];
  if (otherRest === 0n) return true;
  return rest !== 0n && atLeast(d, otherRest, b, rest);
}

function shareAtLeast(part: bigint, whole: bigint, ppm: bigint): boolean {
  return whole === 0n || atLeast(part, whole, ppm, 1_000_000n);
}

describe('percentages', () => {
  it('are exact to four decimals', () => {
    fc.assert(
      fc.property(percentages, ({ ppm, text }) => {
        expect(percentToPpm(text)).toBe(ppm);
      }),
    );
  });
});

describe('tally', () => {
  it('sums the votes of its own proposal only, each exactly', () => {
    fc.assert(
      fc.property(votes, fc.constantFrom(...PROPOSALS), (all, proposal) => {
        const tally = sumOf(all).tally(proposal, 1n, { approval: '50%', quorum: '0%' });
        const own = all.filter((vote) => vote.proposal === proposal);
        const sum = (choice: string): bigint =>
          own.filter((vote) => vote.choice === choice).reduce((total, { power }) => total + power, 0n);
        expect(tally).toMatchObject({
          proposal,
          votes: own.length,
          ayes: sum('aye'),
          nays: sum('nay'),
          abstains: sum('abstain'),
        });
      }),
    );
  });

  it('is approved and quorate exactly when the rational shares say so', () => {
    fc.assert(
      fc.property(
        powers,
        powers,
        powers,
        powers,
        percentages,
        percentages,
        (aye, nay, abstain, electorate, approval, quorum) => {
          const shares = { approval: approval.text, quorum: quorum.text };
          const tally = judge(hash('01'), { aye, nay, abstain }, 3, electorate, shares);
          expect(tally.approved).toBe(aye > nay && shareAtLeast(aye, aye + nay, approval.ppm));
          expect(tally.quorate).toBe(electorate > 0n && shareAtLeast(aye + abstain, electorate, quorum.ppm));
        },
      ),
    );
  });

  it.each([
    [2n, 1n, '66.6666%', true],
    [2n, 1n, '66.6667%', false],
    [2_000_001n, 1_000_000n, '66.6667%', false],
    [666_667n, 333_333n, '66.6667%', true],
    [666_666n, 333_334n, '66.6667%', false],
    [1n, 1n, '50%', false],
    [1n, 0n, '100%', true],
    [10n ** 30n, 1n, '100%', false],
    [0n, 0n, '0%', false],
  ])('with %i ayes and %i nays at %s is approved: %s', (aye, nay, approval, approved) => {
    expect(judge(hash('01'), { aye, nay, abstain: 0n }, 2, 1n, { approval, quorum: '0%' }).approved).toBe(
      approved,
    );
  });

  it('has no quorum without an electorate, whatever the quorum', () => {
    expect(
      judge(hash('01'), { aye: 1n, nay: 0n, abstain: 0n }, 1, 0n, { approval: '0%', quorum: '0%' }).quorate,
    ).toBe(false);
  });

  it('is never helped by a nay, nor by an abstention in approval', () => {
    fc.assert(
      fc.property(
        powers,
        powers,
        powers,
        powers,
        powers,
        percentages,
        percentages,
        (aye, nay, abstain, more, electorate, a, q) => {
          const shares = { approval: a.text, quorum: q.text };
          const before = judge(hash('01'), { aye, nay, abstain }, 3, electorate, shares);
          const after = judge(hash('01'), { aye, nay: nay + more, abstain }, 4, electorate, shares);
          expect(after.quorate).toBe(before.quorate);
          if (!before.approved) expect(after.approved).toBe(false);
          const neutral = judge(hash('01'), { aye, nay, abstain: abstain + more }, 4, electorate, shares);
          expect(neutral.approved).toBe(before.approved);
          if (before.quorate) expect(neutral.quorate).toBe(true);
        },
      ),
    );
  });

  it('is never harmed by an aye', () => {
    fc.assert(
      fc.property(
        powers,
        powers,
        powers,
        powers,
        powers,
        percentages,
        percentages,
        (aye, nay, abstain, more, electorate, a, q) => {
          const shares = { approval: a.text, quorum: q.text };
          const before = judge(hash('01'), { aye, nay, abstain }, 3, electorate, shares);
          const after = judge(hash('01'), { aye: aye + more, nay, abstain }, 4, electorate, shares);
          if (before.approved) expect(after.approved).toBe(true);
          if (before.quorate) expect(after.quorate).toBe(true);
        },
      ),
    );
  });

  it('does not depend on the order of the votes', () => {
    fc.assert(
      fc.property(votes, powers, (all, electorate) => {
        const shares = { approval: '51%', quorum: '10%' };
        const straight = sumOf(all).tally(PROPOSALS[0], electorate, shares);
        expect(sumOf(all.toReversed()).tally(PROPOSALS[0], electorate, shares)).toEqual(straight);
      }),
    );
  });

  it('is as if votes that were taken out again had never been there', () => {
    fc.assert(
      fc.property(votes, votes, powers, (all, replaced, electorate) => {
        const shares = { approval: '51%', quorum: '10%' };
        const sums = sumOf([...replaced, ...all]);
        for (const vote of replaced) sums.add(vote, -1);
        for (const proposal of PROPOSALS) {
          expect(sums.tally(proposal, electorate, shares)).toEqual(
            sumOf(all).tally(proposal, electorate, shares),
          );
        }
      }),
    );
  });
});
