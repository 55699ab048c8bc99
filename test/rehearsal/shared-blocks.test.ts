import { describe, expect, it } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import { Pace } from '../../src/rehearsal/play/pace.ts';
import { SharedBlocks } from '../../src/rehearsal/play/shared-blocks.ts';

describe('the blocks of a fork for several who look at them', () => {
  const counted = () => {
    let made = 0;
    return new SharedBlocks(0, async () => ++made);
  };
  const firstOf = async (blocks: AsyncIterable<number>, count: number) => {
    const seen: number[] = [];
    for await (const block of blocks) {
      seen.push(block);
      if (seen.length === count) break;
    }
    return seen;
  };

  it('are the same for all, and go on for who stays', async () => {
    const shared = counted();
    const [long, short] = [shared.blocks(), shared.blocks()];
    expect(await Promise.all([firstOf(long, 5), firstOf(short, 2)])).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1],
    ]);
    expect(await firstOf(shared.blocks(), 2)).toEqual([4, 5]);
  });

  it('end for all who look on, and can be looked at anew', async () => {
    const shared = counted();
    const looking = firstOf(shared.blocks(), 1_000_000);
    const ended = expect(looking).rejects.toThrow('enough');
    await firstOf(shared.blocks(), 3);
    const over = shared.end(new Error('enough'));
    await ended;
    over();
    expect((await firstOf(shared.blocks(), 2)).length).toBe(2);
  });

  it('fail for all when one cannot be made', async () => {
    const shared = new SharedBlocks(0, () => Promise.reject(new Error('no block')));
    const lookers = [shared.blocks(), shared.blocks()].map((blocks) => firstOf(blocks, 2));
    for (const looker of await Promise.allSettled(lookers)) expect(looker.status).toBe('rejected');
  });
});

describe('the pace of a rehearsal', () => {
  it('is quicker while only time has to pass, and ends when it waits for people who are not here', () => {
    const told: string[] = [];
    const pace = new Pace((sentence) => void told.push(sentence));
    const waits = (now: number, needs: 'time' | 'people', reason: string) =>
      pace.told(now, 'route-waits', { route: 'contract', needs, reason });
    waits(0, 'time', 'in 50 seconds');
    expect(pace.stride).toBe(10);
    waits(10, 'people', 'nobody pays');
    expect(pace.stride).toBe(1);
    pace.check(59);
    expect(() => pace.check(60)).toThrow(RescueError);
    pace.moved(60);
    pace.check(100);
    expect(told).toEqual(['in 50 seconds', 'nobody pays']);
  });
});
