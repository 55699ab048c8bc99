import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, isHex, toHex } from '../../src/bytes/hex.ts';

describe('hex', () => {
  it('is what Buffer writes, and reads back in either case', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 150, maxLength: 170 }),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const hex = toHex(value);
        expect(hex).toBe(`0x${Buffer.from(value).toString('hex')}`);
        expect(fromHex(hex)).toEqual(value);
        expect(fromHex(hex.toUpperCase())).toEqual(value);
        expect(isHex(hex)).toBe(true);
      }),
    );
  });

  it('writes only the bytes of a view', () => {
    expect(toHex(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('0x0203');
  });

  it.each(['', '0', '0x0', '0x0g', '1234', '0x00 ', '0x\u0130\u0130', '0x0\u0131', 'x0', '0x-1', '\u01300x'])(
    'refuses %j',
    (text) => {
      expect(() => fromHex(text)).toThrow(TypeError);
      expect(isHex(text)).toBe(false);
    },
  );

  it('is either hex or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (tail) => {
        const text = `0x${tail}`;
        if (isHex(text.toLowerCase())) expect(toHex(fromHex(text))).toBe(text.toLowerCase());
        else expect(() => fromHex(text)).toThrow(TypeError);
      }),
    );
  });
});
