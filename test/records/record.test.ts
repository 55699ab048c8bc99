import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  account,
  address,
  amountText,
  bytes,
  count,
  hash,
  planck,
  scheme,
  signature,
  u32,
  u64Text,
} from '../../src/domain/records/fields.ts';
import { type RecordSchema, record } from '../../src/domain/records/record.ts';

interface Inner {
  readonly kind: 'a';
  readonly list: readonly { readonly n: number }[];
}
interface Outer {
  readonly inner: Inner | null;
  readonly choice: { readonly kind: 'x'; readonly x: number } | { readonly kind: 'y' };
  readonly either: { readonly left: string } | { readonly right: string };
  readonly note?: string;
}

const inner: RecordSchema<Inner> = record(({ object }) =>
  object({ kind: z.literal('a'), list: z.array(object({ n: z.number() })) }),
);
const outer: RecordSchema<Outer> = record(({ object, of }) =>
  object({
    inner: of(inner).nullable(),
    choice: z.discriminatedUnion('kind', [
      object({ kind: z.literal('x'), x: z.number() }),
      object({ kind: z.literal('y') }),
    ]),
    either: z.union([object({ left: z.string() }), object({ right: z.string() })]),
    note: z.string().exactOptional(),
  }),
);
const sample: Outer = {
  inner: { kind: 'a', list: [{ n: 1 }] },
  choice: { kind: 'x', x: 2 },
  either: { right: 'r' },
};

describe('a record', () => {
  it.each<[string, unknown]>([
    ['itself', { ...sample, more: 1 }],
    ['a record in it', { ...sample, inner: { ...sample.inner, more: 1 } }],
    ['a list in that', { ...sample, inner: { kind: 'a', list: [{ n: 1, more: 1 }] } }],
    ['a variant by its kind', { ...sample, choice: { kind: 'x', x: 2, more: 1 } }],
    ['one of several forms', { ...sample, either: { right: 'r', more: 1 } }],
  ])('strictly refuses and tolerantly drops an unknown member of %s', (_where, value) => {
    expect(outer.strict.safeParse(value).success).toBe(false);
    expect(outer.tolerant.parse(value)).toEqual(sample);
  });

  it('takes the members that it knows under either strictness, and nothing less', () => {
    for (const schema of [outer.strict, outer.tolerant]) {
      expect(schema.parse(sample)).toEqual(sample);
      expect(schema.parse({ ...sample, note: 'n' })).toEqual({ ...sample, note: 'n' });
      expect(schema.safeParse({ ...sample, either: {} }).success).toBe(false);
      expect(schema.safeParse({ ...sample, note: undefined }).success).toBe(false);
    }
  });

  it('does not compile when it lacks a member of its type, even one that may be missing, or has another type for it', () => {
    const lacking = record(({ object }) => object({ a: z.string() }));
    // @ts-expect-error: b is missing
    const missing: RecordSchema<{ readonly a: string; readonly b: number }> = lacking;
    // @ts-expect-error: b is missing, though it may be
    const optional: RecordSchema<{ readonly a: string; readonly b?: number }> = lacking;
    // @ts-expect-error: a is another type
    const other: RecordSchema<{ readonly a: string | null }> = lacking;
    const exact: RecordSchema<{ readonly a: string }> = lacking;
    expect(new Set([missing, optional, other, exact]).size).toBe(1);
  });
});

const hex = (length: number, digits = 'ab') => `0x${digits.repeat(length)}`;

describe('a field', () => {
  it.each<[string, z.ZodType, readonly unknown[], readonly unknown[]]>([
    ['hash', hash, [hex(32)], [hex(31), hex(33), hex(32, 'AB'), `${hex(31)}0x`, hex(32).slice(2), 7, null]],
    ['account', account, [hex(32), hex(20)], [hex(21), hex(31), hex(0), hex(20, 'Ab')]],
    ['address', address, [hex(20)], [hex(32), hex(19)]],
    ['signature', signature, [hex(64), hex(65)], [hex(63), hex(66), hex(32), '0x']],
    ['bytes', bytes, ['0x', '0x00', hex(1000)], ['0x0', '0X00', '', 'ab', '0xAB', ' 0x00']],
    ['scheme', scheme, ['sr25519', 'ethereum'], ['SR25519', '']],
    ['u32', u32, [0, 2 ** 32 - 1], [2 ** 32, -1, 0.5, '1', Number.NaN]],
    ['count', count, [0, Number.MAX_SAFE_INTEGER], [Number.MAX_SAFE_INTEGER + 1, -1, 0.5, '1']],
    [
      'amountText',
      amountText,
      ['0', '1', '9'.repeat(60)],
      ['', '00', '01', '-1', '+1', '1.0', '1e3', ' 1', '9'.repeat(61), 1],
    ],
    ['u64Text', u64Text, ['0', '18446744073709551615'], ['18446744073709551616', '01', '9'.repeat(60)]],
  ])('%s takes its one form only', (_name, field, right, wrong) => {
    for (const value of right) expect(field.parse(value)).toBe(value);
    for (const value of wrong) expect(field.safeParse(value).success, String(value)).toBe(false);
  });

  it('planck is what amountText says, exactly', () => {
    expect(planck.parse('340282366920938463463374607431768211455')).toBe((1n << 128n) - 1n);
    expect(planck.safeParse('01').success).toBe(false);
  });
});
