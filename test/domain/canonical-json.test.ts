import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Canonical, canonicalJson } from '../../src/domain/canonical-json.ts';

const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'toJSON', '\u2028', '\ud800'),
);
const { values } = fc.letrec<{ values: Canonical }>((tie) => ({
  values: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    strings,
    fc.array(tie('values'), { maxLength: 5 }),
    fc.dictionary(strings, tie('values'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

/** The same data with the keys of every object in the opposite order of insertion. */
function keysReversed(value: Canonical): Canonical {
  if (Array.isArray(value)) return value.map(keysReversed);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as Record<string, Canonical>);
  return Object.fromEntries(entries.reverse().map(([key, member]) => [key, keysReversed(member)]));
}

describe('canonical JSON', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(canonicalJson(keysReversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is a fixed point', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('differs for different values', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        fc.pre(JSON.stringify(keysSorted(one)) !== JSON.stringify(keysSorted(other)));
        expect(canonicalJson(one)).not.toBe(canonicalJson(other));
      }),
    );
  });

  it('sorts keys by UTF-16 code units and writes no white space, as RFC 8785 does', () => {
    // The sorting example of RFC 8785, section 3.2.3.
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = Object.values(JSON.parse(canonicalJson(value)));
    // Integer-like keys come first in a JavaScript object, so the text is looked at as well.
    expect(canonicalJson(value).startsWith('{"\\r":"Carriage Return","1":"One","\u0080"')).toBe(true);
    expect(order.slice(-4)).toEqual([
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('leaves undefined properties out', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('has no form for %d', (number) => {
    expect(() => canonicalJson({ deep: [number] })).toThrow(TypeError);
  });

  it('writes minus zero as zero', () => {
    expect(canonicalJson(-0)).toBe('0');
  });
});

function keysSorted(value: Canonical): Canonical {
  if (Array.isArray(value)) return value.map(keysSorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as Record<string, Canonical>).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, member]) => [`key ${key}`, keysSorted(member)]);
}
