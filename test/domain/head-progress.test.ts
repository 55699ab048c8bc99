import { expect, it } from 'vitest';
import { createHeadProgress } from '../../src/domain/chain/head-progress.ts';

it('keeps each head once, and what is old in less detail', () => {
  const progress = createHeadProgress(10);
  for (let block = 0; block < 100; block += 1) {
    progress.add({ relayBlock: block, at: block * 6_000, number: Math.floor(block / 2) });
  }
  const blocks = progress.points().map(({ relayBlock }) => relayBlock);
  expect(blocks.length).toBeLessThanOrEqual(10);
  expect(blocks[0]).toBe(0);
  expect(blocks.at(-1)).toBe(98);
  expect(blocks.slice(-4)).toEqual([92, 94, 96, 98]);
  expect(blocks).toEqual(blocks.toSorted((a, b) => a - b));
});
