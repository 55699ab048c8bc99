import { describe, expect, it } from 'vitest';
import { BILLION, type Curve, threshold } from '../../../src/domain/governance/curve.ts';
import { leastBlocks, mostBlocks, needed, type Track } from '../../../src/domain/governance/track.ts';

const HOUR = 600;
const DAY = 24 * HOUR;
/** The curves of Polkadot's tracks, as its metadata has them. */
const TRACK = { id: 0, name: 'root', maxDeciding: 1, decisionDeposit: 0n, decisionPeriod: 28 * DAY } as const;
const ROOT: Track = {
  ...TRACK,
  preparePeriod: 2 * HOUR,
  confirmPeriod: DAY,
  minEnactmentPeriod: DAY,
  minApproval: { kind: 'reciprocal', factor: 222_222_224n, xOffset: 333_333_335n, yOffset: 333_333_332n },
  minSupport: { kind: 'linear', length: BILLION, floor: 0n, ceil: 500_000_000n },
};
const WHITELISTED: Track = {
  ...TRACK,
  preparePeriod: HOUR / 2,
  confirmPeriod: 100,
  minEnactmentPeriod: 100,
  minApproval: { kind: 'reciprocal', factor: 270_899_180n, xOffset: 389_830_523n, yOffset: 305_084_738n },
  minSupport: { kind: 'reciprocal', factor: 8_650_766n, xOffset: 18_867_926n, yOffset: 41_509_433n },
};

const percentOf = (billionths: bigint) => (Number(billionths) * 100) / Number(BILLION);

describe('what a track asks for', () => {
  it.each([
    [6, 35],
    [12, 28],
    [24, 20],
    [48, 14],
    [7 * 24, 7.4],
    [28 * 24, 5],
  ])('is, after %i hours on the whitelisted track of Polkadot, support of %f %%', (hours, percent) => {
    expect(percentOf(needed(WHITELISTED, hours * HOUR).support)).toBeCloseTo(percent, 0);
  });

  it.each([
    [24, 48.2],
    [7 * 24, 37.5],
    [14 * 24, 25],
    [40 * 24, 0],
  ])('is, after %i hours on the root track of Polkadot, support of %f %%', (hours, percent) => {
    expect(percentOf(needed(ROOT, hours * HOUR).support)).toBeCloseTo(percent, 1);
  });

  it('falls for approval too: four in five on the fourth day of root', () => {
    expect(percentOf(needed(ROOT, 0).approval)).toBeCloseTo(100, 1);
    expect(percentOf(needed(ROOT, 4 * DAY).approval)).toBeCloseTo(80, 1);
    expect(percentOf(needed(WHITELISTED, DAY).approval)).toBeCloseTo(94, 0);
  });

  it('falls by steps where the curve has them, and never below its end', () => {
    const curve: Curve = { kind: 'stepped', begin: 800n, end: 300n, step: 200n, period: 10n };
    expect([0n, 9n, 10n, 25n, 30n, 1000n].map((x) => threshold(curve, x))).toEqual([
      800n,
      800n,
      600n,
      400n,
      300n,
      300n,
    ]);
  });

  it('takes 50 hours at least on the root track, and the decision period more at most', () => {
    expect(leastBlocks(ROOT)).toBe(50 * HOUR);
    expect(mostBlocks(ROOT)).toBe(50 * HOUR + 28 * DAY);
    expect(leastBlocks(WHITELISTED)).toBe(50 * (HOUR / 60));
  });
});
