import { describe, expect, it } from 'vitest';
import { setHeadObstacles } from '../../src/domain/chain/head.ts';
import { healthyPara, LIMITS, MANAGER } from './observations.ts';

const obstacles = (head: Uint8Array, change: Parameters<typeof healthyPara>[0] = {}) =>
  setHeadObstacles(healthyPara(change), LIMITS, head);

describe('a head that a manager sets', () => {
  it('may be any bytes that the relay chain does not store yet', () => {
    expect(obstacles(Uint8Array.of(1, 2, 3))).toEqual([]);
    expect(obstacles(new Uint8Array(LIMITS.maxHeadDataSize).fill(1))).toEqual([]);
  });

  it.each([
    ['is stored already', Uint8Array.of(0), {}, 'stores this head already'],
    ['is empty', new Uint8Array(), {}, 'the head is empty'],
    [
      'is too long',
      new Uint8Array(LIMITS.maxHeadDataSize + 1),
      {},
      'has 20481 bytes, the relay takes at most',
    ],
    [
      'is that of a locked para',
      Uint8Array.of(1),
      { registrar: { manager: MANAGER, deposit: 10n, locked: true } },
      'the para is locked',
    ],
  ])('is refused when it %s', (_, head, change, sentence) => {
    expect(obstacles(head, change)).toEqual([expect.stringContaining(sentence)]);
  });
});
