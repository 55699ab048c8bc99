import { describe, expect, it } from 'vitest';
import { USUAL_GAP, whyNotStopped } from '../../src/domain/chain/living.ts';
import { healthyPara } from './observations.ts';

describe('whether a para can be taken for dead', () => {
  const at = (change: Parameters<typeof healthyPara>[0]) => whyNotStopped(healthyPara(change));
  const stopped = { mostRecentContext: 900 } as const;
  const relay = { number: 1000, hash: '0x01', stateRoot: '0x02' } as const;

  it('it can when its head is old on a live relay chain, and when it never had one or is not live', () => {
    expect(at({ relay, relayBest: 1001, ...stopped })).toBeNull();
    expect(at({ relay, relayBest: 1001, mostRecentContext: 1000 - USUAL_GAP })).toBeNull();
    expect(at({ relay, relayBest: 1001, mostRecentContext: null })).toBeNull();
    expect(at({ relay, relayBest: 1001, mostRecentContext: 999, lifecycle: 'Onboarding' })).toBeNull();
  });

  it.each([
    ['its head is young', { mostRecentContext: 1001 - USUAL_GAP }, 'its last head is young, 49 relay blocks'],
    ['the relay chain does not finalize', { ...stopped, relayBest: 1021 }, 'finality is 21 blocks behind'],
    ['it has no core', { ...stopped, hasCore: false }, 'it is idle and not dead'],
  ])('it cannot when %s', (_, change, sentence) => {
    expect(at({ relay, relayBest: 1001, ...change })).toContain(sentence);
  });
});
