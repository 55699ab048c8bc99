import { describe, expect, it } from 'vitest';
import type { ServiceEvent } from '../../../src/domain/events.ts';
import { createJudge } from './judge.ts';
import { planSoak, SOAK_FAULTS } from './plan.ts';
import type { Truth } from './truth.ts';

/** A para whose last head was at 100; block 120 is the newest, and each took a second. */
const truth: Truth = {
  age: (block) => block - Math.min(block, 100),
  context: (block) => Math.min(block, 100),
  nonce: (block) => (block < 115 ? 7 : 8),
  finalAt: (block) => (block > 120 ? null : block * 1_000),
  newest: 120,
};
const limits = { gap: 8, grace: 3, blindMs: 3_000 };
const sight = { block: 118, readAgoMs: 0, blockAgeMs: 0, limitMs: 3_000, blind: null };
const event = (type: string, relayBlock: number, data: ServiceEvent['data']): ServiceEvent => ({
  id: 1,
  at: 0,
  paraId: 2000,
  relayBlock,
  type,
  severity: 'info',
  message: 'says so',
  data,
});

describe('what the soak holds against a service', () => {
  const judge = createJudge(truth, limits);

  it('health that is ok by a block that is too old', () => {
    expect(judge.health({ ok: true, sight }, 121_000)).toBeNull();
    expect(judge.health({ ok: true, sight }, 122_000)).toMatch(/older than the limit/);
    expect(judge.health({ ok: true, sight: { ...sight, block: 121 } }, 120_000)).not.toBeNull();
    expect(judge.health({ ok: false, sight }, 123_000)).toBeNull();
  });

  it('a dead para that is called healthy, a living one that is called stalled, and a context that is not true', () => {
    const said = (is: 'healthy' | 'stalled' | 'unknown', block: number, context = 100) => ({
      paras: [
        {
          condition: { is, sentence: '' },
          observation: {
            relay: { number: block },
            mostRecentContext: context,
            actable: true,
          },
          stall: { age: block - context, relayLive: true, stalled: is === 'stalled' },
        },
      ],
    });
    expect(judge.status(said('healthy', 107), 110_000)).toBeNull();
    expect(judge.status(said('healthy', 107), 112_000)).toMatch(/older than the limit/);
    expect(judge.status(said('healthy', 108), 108_000)).toMatch(/8 blocks old/);
    expect(judge.status(said('healthy', 108, 104), 108_000)).toMatch(/which is 100/);
    expect(judge.status(said('stalled', 107), 108_000)).toMatch(/7 blocks old/);
    expect(judge.status(said('unknown', 107), 120_000)).toBeNull();
  });

  it.each([
    ['stalled', 107, 108],
    ['optInRescue', 110, 111],
    ['voting', 110, 111],
    ['upgrading.planning', 110, 111],
  ])('a change to %s of a para that lives', (to, early, due) => {
    const fresh = createJudge(truth, limits);
    expect(fresh.event(event('state-changed', early, { from: 'healthy', to }))).toMatch(/blocks old/);
    expect(fresh.event(event('state-changed', due, { from: 'healthy', to }))).toBeNull();
  });

  it('anything that is signed or included for a para that lives', () => {
    expect(judge.event(event('step-signed', 105, {}))).toMatch(/blocks old/);
    expect(judge.event(event('step-signed', 108, {}))).toBeNull();
    expect(judge.extrinsics(115)).toBeNull();
    expect(createJudge({ ...truth, age: () => 2 }, limits).extrinsics(115)).toMatch(/manager’s|manager's/);
  });
});

describe('the plan of a soak', () => {
  const options = { blocks: 600, faultsUntil: 500, seed: 7, faults: SOAK_FAULTS, blackout: 30 };

  it('is the same by the same seed, and another by another one', () => {
    expect(planSoak(options)).toEqual(planSoak(options));
    expect(planSoak(options)).not.toEqual(planSoak({ ...options, seed: 8 }));
  });

  it('ends what it begins, and sets right what it turns', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const plan = planSoak({ ...options, seed });
      const times = (act: string) => plan.filter((each) => each.act === act).length;
      expect(times('begin')).toBeGreaterThan(5);
      expect(times('end')).toBe(times('begin'));
      expect(times('turn')).toBeGreaterThan(20);
      for (const endpoint of [0, 1, 2, 3]) {
        const own = plan.filter((act) => 'endpoint' in act && act.endpoint === endpoint);
        expect(own.at(-1)?.act).toBe('set-right');
      }
    }
  });
});
