import { expect, it, onTestFinished } from 'vitest';
import { createLookout } from '../../src/recovery/lookout.ts';

const LIMIT = 60_000;

function openLookout() {
  const clock = { now: 1_000_000, monotonic: 0 };
  const told: (string | null)[] = [];
  const lookout = createLookout({
    limitMs: LIMIT,
    trouble: () => null,
    onChange: ({ blind }) => told.push(blind),
    now: () => clock.now,
    monotonic: () => clock.monotonic,
  });
  onTestFinished(lookout.stop);
  const pass = (ms: number) => {
    clock.now += ms;
    clock.monotonic += ms;
    lookout.look();
  };
  return { clock, told, lookout, pass };
}

it('is blind from the start, and tells of it when nothing was seen for the whole limit', () => {
  const { told, lookout, pass } = openLookout();
  expect(lookout.sight().blind).toMatch(/no finalized relay block has been read/);
  pass(LIMIT);
  expect(told).toEqual([]);
  pass(1);
  pass(LIMIT);
  expect(told).toEqual([expect.stringMatching(/no finalized relay block/)]);
  lookout.saw(7, 1_000_000 + 2 * LIMIT);
  expect(told.at(-1)).toBeNull();
});

it('tells once that it lost sight, and once that it is back', () => {
  const { clock, told, lookout, pass } = openLookout();
  lookout.saw(7, clock.now);
  pass(LIMIT);
  expect(told).toEqual([]);
  pass(1);
  pass(LIMIT);
  expect(told).toEqual([expect.stringMatching(/no newer relay block than 7/)]);
  lookout.saw(8, clock.now);
  pass(10);
  expect(told).toEqual([expect.any(String), null]);
});

it('is blind among blocks that come all the time and are of long ago', () => {
  const { clock, told, lookout, pass } = openLookout();
  for (let block = 1; block <= 5; block += 1) {
    lookout.saw(block, clock.now - 3_600_000);
    pass(6_000);
  }
  expect(told).toEqual([expect.stringMatching(/relay block 1, .* is 60 min old/)]);
  lookout.saw(6, clock.now - 12_000);
  expect(lookout.sight()).toMatchObject({ block: 6, blind: null });
});

it('does not lose sight by a clock of the machine that is set back', () => {
  const { clock, told, lookout, pass } = openLookout();
  lookout.saw(7, clock.now);
  clock.now -= 86_400_000;
  pass(LIMIT);
  expect([lookout.sight().blind, told]).toEqual([null, []]);
  pass(1);
  expect(lookout.sight().blind).not.toBeNull();
});

it('sees a para no better than the newest block that was taken in for it', () => {
  const { clock, lookout, pass } = openLookout();
  const taken = lookout.saw(7, clock.now);
  expect(lookout.sightBy(taken).blind).toBeNull();
  pass(LIMIT + 1_000);
  expect(lookout.sightBy(taken).blind).toMatch(/no newer relay block than 7/);
  const next = lookout.saw(8, clock.now);
  expect(lookout.sight().blind).toBeNull();
  expect(lookout.sightBy(taken).blind).toBe(
    'relay block 7 is the newest that could be taken in for it, 61 s ago',
  );
  expect(lookout.sightBy(next).blind).toBeNull();
});
