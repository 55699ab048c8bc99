import { describe, expect, it } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import { createPace } from '../../src/voting/ballots/pace.ts';

/** How many of `tries` acts at one block are taken, and what the first refusal says. */
function act(pace: ReturnType<typeof createPace>, who: string, now: number, tries: number) {
  let taken = 0;
  let refusal: RescueError | null = null;
  for (let index = 0; index < tries; index++) {
    try {
      pace.count(who, now);
      taken += 1;
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      refusal ??= error;
    }
  }
  return { taken, refusal };
}

describe('the pace of one account', () => {
  it('lets it change its mind a few times at once, then once in ten relay blocks', () => {
    const pace = createPace();
    const first = act(pace, 'a', 100, 8260);
    expect(first.taken).toBe(10);
    expect(first.refusal).toMatchObject({
      code: 'RESCUE_TOO_MANY_REQUESTS',
      details: { account: 'a', blocks: 10, retryAfter: 60 },
    });
    expect(act(pace, 'a', 109, 5).taken).toBe(0);
    expect(act(pace, 'a', 110, 5).taken).toBe(1);
    expect(act(pace, 'a', 135, 5).taken).toBe(2);
    expect(act(pace, 'a', 140, 5).taken).toBe(1);
    // A week of relay blocks, and somebody who tries at each of them.
    let taken = 0;
    for (let block = 1000; block < 101_800; block++) taken += act(pace, 'a', block, 1).taken;
    expect(taken).toBeLessThanOrEqual(10_100);
  });

  it('holds nobody else up, and counts nothing that is only looked at', () => {
    const pace = createPace();
    act(pace, 'a', 1, 20);
    expect(act(pace, 'b', 1, 3).taken).toBe(3);
    for (let index = 0; index < 50; index++) pace.check('c', 1);
    expect(act(pace, 'c', 1, 20).taken).toBe(10);
    expect(() => pace.check('a', 1)).toThrow(/again in 10 relay blocks/);
  });
});
