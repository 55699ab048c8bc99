import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RELAY_LAG_LIMIT, readStall } from '../../src/domain/chain/stall.ts';
import { healthyPara } from './observations.ts';

const GAP = 100;
const at = (finalized: number, change: object = {}) =>
  readStall(
    healthyPara({
      ...change,
      relay: { ...healthyPara().relay, number: finalized },
      relayBest: finalized + 2,
      ...change,
    }),
    GAP,
  );

describe('stall rule', () => {
  it.each([
    [997, 0, false],
    [998, 0, false],
    [1097, 99, false],
    [1098, 100, true],
    [5000, 4002, true],
  ])(
    'at finalized block %i, with the last head included on 998, reads age %i, stalled %s',
    (block, age, stalled) => {
      expect(at(block)).toEqual({ age, relayLive: true, stalled });
    },
  );

  it('never holds for a para that has had no head included', () => {
    expect(at(5000, { mostRecentContext: null })).toEqual({ age: null, relayLive: true, stalled: false });
  });

  it.each([
    [RELAY_LAG_LIMIT, true],
    [RELAY_LAG_LIMIT + 1, false],
  ])('with finality %i blocks behind holds: %s', (lag, live) => {
    expect(at(5000, { relayBest: 5000 + lag })).toMatchObject({ relayLive: live, stalled: live });
  });

  it('takes another limit for the lag', () => {
    const observation = healthyPara({ relayBest: 1005, mostRecentContext: 1 });
    expect(readStall(observation, GAP, 4)).toMatchObject({ relayLive: false, stalled: false });
    expect(readStall(observation, GAP, 5)).toMatchObject({ relayLive: true, stalled: true });
  });

  it('is not upset by a node that reports a best block below the finalized one', () => {
    expect(at(5000, { relayBest: 4000 })).toMatchObject({ relayLive: true, stalled: true });
  });

  it('does not hold for a para without a core, but does when the node cannot tell', () => {
    expect(at(5000, { hasCore: false }).stalled).toBe(false);
    expect(at(5000, { hasCore: undefined }).stalled).toBe(true);
  });

  it.each([
    ['Parachain', true],
    ['Parathread', true],
    ['UpgradingParathread', true],
    ['DowngradingParachain', true],
    ['Onboarding', false],
    ['OffboardingParachain', false],
    ['OffboardingParathread', false],
    [null, false],
  ])('with lifecycle %s holds: %s', (lifecycle, stalled) => {
    expect(at(5000, { lifecycle }).stalled).toBe(stalled);
  });

  it('once it holds goes on holding while relay blocks go by and no head comes', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (block, more) => {
        if (at(block).stalled) expect(at(block + more).stalled).toBe(true);
      }),
    );
  });
});
