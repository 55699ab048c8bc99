import { expect, it } from 'vitest';
import { highestPossible } from '../../src/domain/chain/possible.ts';

it('no relay block can exist yet that is further ahead than the age of a final one allows', () => {
  const at = (relayTime: number | null) =>
    highestPossible({ relay: { number: 1_000 }, relayTime }, 1_700_000_000_000);
  // A block in two seconds, which no relay chain does, and a hundred for clocks that differ.
  expect(at(1_700_000_000_000)).toBe(1_100);
  expect(at(1_700_000_000_000 - 3_600_000)).toBe(2_900);
  expect(at(1_700_000_000_000 + 3_600_000)).toBe(1_100);
  expect(at(null)).toBe(1_100);
});
