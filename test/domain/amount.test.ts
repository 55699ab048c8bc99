import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, tokenAmount, tokenNamed } from '../../src/domain/amount.ts';

describe('an amount', () => {
  it.each([
    [0n, 10, '0 DOT'],
    [1n, 10, '0.0000000001 DOT'],
    [12_340_500_000_000n, 10, '1,234.05 DOT'],
    [-25_000_000_000n, 10, '-2.5 DOT'],
    [1_234_567n, 0, '1,234,567 DOT'],
  ])('of %s with %s decimals is written %s', (amount, decimals, text) => {
    expect(tokenAmount(amount, { symbol: 'DOT', decimals })).toBe(text);
  });

  it('is exact, whatever its size and the number of decimals', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 30 }), (amount, decimals) => {
        const [number = ''] = tokenAmount(amount, { symbol: 'X', decimals }).split(' ');
        const [whole = '', fraction = ''] = number.replaceAll(',', '').split('.');
        expect(BigInt(`${whole}${fraction.padEnd(decimals, '0')}`)).toBe(amount);
      }),
    );
  });

  it('is grouped by thousands', () => {
    expect([0n, 999n, 1000n, 1_234_567n].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});

describe('the token of a chain', () => {
  it('is planck when its nodes tell nothing or half of it', () => {
    const planck = { symbol: 'planck', decimals: 0 };
    expect(tokenNamed(undefined, undefined)).toEqual(planck);
    expect(tokenNamed('DOT', undefined)).toEqual(planck);
    expect(tokenNamed('', 10)).toEqual(planck);
  });

  it.each([
    ['a billion decimals', 'DOT', 1_000_000_000],
    ['fewer than none', 'DOT', -1],
    ['a symbol as long as a book', 'D'.repeat(1_000_000), 10],
  ])(
    'is planck when a node tells of %s, which would hold up whoever writes an amount',
    (_what, symbol, decimals) => {
      expect(tokenAmount(12n, tokenNamed(symbol, decimals))).toBe('12 planck');
    },
  );

  it('has no character that could move a cursor', () => {
    expect(tokenNamed('D\u001b[2JOT', 10)).toEqual({ symbol: 'D?[2JOT', decimals: 10 });
  });
});
