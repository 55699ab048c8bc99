import { describe, expect, it } from 'vitest';
import { conditionOf } from '../../src/domain/chain/condition.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { readSight, shownAge } from '../../src/domain/chain/sight.ts';
import { readStall } from '../../src/domain/chain/stall.ts';
import { healthyPara } from './observations.ts';

const LIMIT = 60_000;
const seen = (change: object = {}, trouble: string | null = null) =>
  readSight({ block: 1000, readAgoMs: 6_000, blockAgeMs: 20_000, limitMs: LIMIT, ...change }, trouble);

describe('sight of the relay chain', () => {
  it.each([
    ['a fresh block', {}, null],
    ['exactly the limit', { readAgoMs: LIMIT, blockAgeMs: LIMIT }, null],
    ['a block that proves no time', { blockAgeMs: null }, null],
    ['a clock behind that of the chain', { blockAgeMs: -5_000 }, null],
    ['no block at all', { block: null, blockAgeMs: null }, /no finalized relay block has been read/],
    ['silence', { readAgoMs: LIMIT + 1 }, /no newer relay block than 1000 has been read for 60 s/],
    ['old blocks that keep coming', { blockAgeMs: 2 * 86_400_000 }, /relay block 1000, .* is 2\.0 days old/],
  ])('with %s', (_what, change, blind) => {
    const sight = seen(change);
    if (blind === null) expect(sight.blind).toBeNull();
    else expect(sight.blind).toMatch(blind);
  });

  it('says what is known of why', () => {
    expect(seen({ readAgoMs: 90_000 }, 'relay endpoint 1 of 1 is not there').blind).toBe(
      'no newer relay block than 1000 has been read for 90 s: relay endpoint 1 of 1 is not there',
    );
  });

  it.each([
    [-3, '0 s'],
    [90_400, '90 s'],
    [720_000, '12 min'],
    [12_600_000, '3.5 h'],
    [400_000_000, '4.6 days'],
  ])('shows %i ms as %s', (ms, shown) => {
    expect(shownAge(ms)).toBe(shown);
  });
});

describe('condition of a para', () => {
  const at = (change: Partial<ParaObservation>, state = 'healthy', blind = false) => {
    const observation = healthyPara(change);
    const sight = seen(blind ? { readAgoMs: LIMIT + 1 } : {});
    return conditionOf({ sight, observation, stall: readStall(observation, 100), state }).is;
  };

  it.each<[string, Partial<ParaObservation>, string]>([
    ['a live para', {}, 'healthy'],
    ['an old head', { mostRecentContext: 900 }, 'stalled'],
    ['a lag of finality', { relayBest: 1_050, mostRecentContext: 900 }, 'unknown'],
    ['no core', { hasCore: false }, 'no-core'],
    ['no core and an old head', { hasCore: false, mostRecentContext: 100 }, 'no-core'],
    ['a node that cannot tell of cores', { hasCore: undefined }, 'healthy'],
    ['no order on demand', { hasCore: false, lifecycle: 'Parathread' }, 'idle'],
    ['an order on demand', { lifecycle: 'Parathread' }, 'healthy'],
    ['onboarding', { lifecycle: 'Onboarding', mostRecentContext: null }, 'not-live'],
    ['offboarding', { lifecycle: 'OffboardingParachain', hasCore: false }, 'not-live'],
    ['no lifecycle', { lifecycle: null, head: null, mostRecentContext: null }, 'not-registered'],
    ['no head ever', { mostRecentContext: null }, 'never-started'],
  ])('with %s', (_what, change, is) => {
    expect(at(change)).toBe(is);
  });

  it.each([
    ['stalled', 'stalled'],
    ['optInRescue', 'stalled'],
    ['voting', 'stalled'],
    ['upgrading.carryingOut', 'stalled'],
    ['escalated', 'stalled'],
    ['upgrading.relocking', 'healthy'],
    ['held', 'healthy'],
  ])('in state %s, with a young head, is %s', (state, is) => {
    expect(at({}, state)).toBe(is);
  });

  it.each([
    [{ trust: 'assumed', actable: false }, /nobody proved this/],
    [{ trust: 'justified', actable: false }, /nobody proved that this is the present/],
    [{ trust: 'agreed', actable: true }, /^no head of it was included for 100 relay blocks$/],
  ] as const)('says in its own sentence what nobody proved: %o', (change, sentence) => {
    const observation = healthyPara({ mostRecentContext: 900, ...change });
    const of = { sight: seen(), observation, stall: readStall(observation, 100), state: 'healthy' };
    expect(conditionOf(of)).toMatchObject({ is: 'stalled', sentence: expect.stringMatching(sentence) });
  });

  it('is unknown to who is blind, whatever the last block showed, and before the first block', () => {
    for (const change of [{}, { mostRecentContext: 900 }, { hasCore: false }, { lifecycle: null }])
      expect(at(change, 'voting', true)).toBe('unknown');
    expect(conditionOf({ sight: seen(), observation: null, stall: null, state: 'healthy' }).is).toBe(
      'unknown',
    );
  });
});
