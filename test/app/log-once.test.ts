import { expect, it } from 'vitest';
import { createLogOnce } from '../../src/app/log-once.ts';

it('prints the same line once a minute, and forgets lines rather than memory', () => {
  let now = 0;
  const isNews = createLogOnce(() => now);
  expect([isNews('a'), isNews('b'), isNews('a')]).toEqual([true, true, false]);
  now = 59_999;
  expect(isNews('a')).toBe(false);
  now = 60_000;
  expect(isNews('a')).toBe(true);
  for (let line = 0; line < 3_000; line += 1) isNews(String(line));
  expect([isNews('0'), isNews('2999')]).toEqual([true, false]);
});
