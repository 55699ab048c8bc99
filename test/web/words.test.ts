import { encodeAddress } from '@polkadot/util-crypto';
import { describe, expect, it } from 'vitest';
import { quickPolicy } from '../../devnet/policies.ts';
import { accountOf, addressOf } from '../../web/src/address.ts';
import { amount, blocks, percent, share } from '../../web/src/format.ts';
import { policySentences } from '../../web/src/policy-sentences.ts';
import { pointsOf } from '../../web/src/tally-points.ts';
import { hash } from '../store/samples.ts';

const UNIT = { symbol: 'UNIT', decimals: 12 };

describe('what the page writes', () => {
  it('writes amounts in tokens, cut and never rounded up', () => {
    expect(amount(1_234_567_890_123_456n, UNIT)).toBe('1,234.5678… UNIT');
    expect(amount(2_000_000_000_000n, UNIT)).toBe('2 UNIT');
    expect(amount(1n, UNIT)).toBe('0… UNIT');
    expect(amount(7n, { symbol: 'ONE', decimals: 0 })).toBe('7 ONE');
  });

  it('never shows a threshold as reached that is not', () => {
    expect(percent(share(599_999n, 1_000_000n))).toBe('59.99%');
    expect(percent(share(1n, 0n))).toBe('0%');
  });

  it('writes hours beside blocks', () => {
    expect(blocks(1_200)).toBe('1,200 blocks (2.0 h)');
    expect(blocks(1)).toBe('1 block (6 s)');
  });

  it('writes accounts as wallets do', () => {
    for (const account of [hash(0), hash(3), hash(255)])
      expect(addressOf(account)).toBe(encodeAddress(account, 42));
    expect(addressOf(`0x${'ab'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`);
  });

  it('reads accounts as people paste them, and none that is mistyped', () => {
    for (const prefix of [0, 2, 42, 1284, 16_000]) {
      for (const account of [hash(0), hash(3), hash(255)]) {
        const address = encodeAddress(account, prefix);
        expect(accountOf(` ${address}\n`)).toBe(account);
        const last = address.endsWith('a') ? 'b' : 'a';
        expect(accountOf(address.slice(0, -1) + last)).toBeNull();
        expect(accountOf(address.slice(1))).toBeNull();
      }
    }
    expect(accountOf(`0x${'AB'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`);
    for (const text of ['', '0x12', 'hello', '5', '1'.repeat(48), 'z'.repeat(500)])
      expect(accountOf(text), text).toBeNull();
  });

  it('says each rule of a policy', () => {
    const said = policySentences(quickPolicy(hash(1), 2000), UNIT).join('\n');
    for (const words of [
      '8 blocks (48 s)',
      '1 UNIT',
      '60%',
      '20%',
      'route "registrar"',
      '3 heads',
      'lock is added again',
    ]) {
      expect(said).toContain(words);
    }
  });

  it('draws the vote after each block with votes', () => {
    const vote = (choice: 'aye' | 'nay' | 'abstain', power: bigint, admittedAt: number) => ({
      choice,
      power,
      admittedAt,
    });
    const votes = [
      vote('nay', 10n, 12),
      vote('aye', 20n, 10),
      vote('abstain', 10n, 12),
      vote('aye', 10n, 14),
    ];
    expect(pointsOf(votes, 100n)).toEqual([
      { block: 10, approval: 100, turnout: 20 },
      { block: 12, approval: 66.66, turnout: 30 },
      { block: 14, approval: 75, turnout: 40 },
    ]);
    expect(pointsOf([], 100n)).toEqual([]);
  });

  it('draws a vote of many blocks by what stands at the end of so many spans, the last of which is the whole', () => {
    const votes = Array.from({ length: 50_000 }, (_, at) => ({
      choice: at % 4 === 0 ? ('nay' as const) : ('aye' as const),
      power: 1n,
      admittedAt: 100 + Math.floor(at / 5),
    }));
    const points = pointsOf(votes, 100_000n, 600);
    expect(points.length).toBeLessThanOrEqual(600);
    expect(points.length).toBeGreaterThan(590);
    const all = pointsOf(votes, 100_000n);
    expect(all).toHaveLength(10_000);
    expect(points.at(-1)).toEqual(all.at(-1));
    expect(all).toEqual(expect.arrayContaining(points.slice(0, 3)));
  });
});
