import { bnToU8a, compactToU8a, nToU8a } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import {
  encodeCompact,
  encodeList,
  encodeLittle,
  encodeOption,
  encodeString,
  encodeU32,
  encodeU64,
  encodeVec,
  ScaleReader,
} from '../../src/bytes/scale.ts';
import { scaleReader } from '../../src/proof/index.ts';

const refused = expect.objectContaining({ name: 'MalformedBytes' });
const read = (bytes: Uint8Array) => new ScaleReader(bytes, 'test value');
const borders = [0, 1, 63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, 2 ** 32 - 1];

describe('a compact number', () => {
  it('of 32 bits is written as @polkadot/util does and read back', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...borders), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
        (value) => {
          const encoded = encodeCompact(value);
          expect(encoded).toEqual(compactToU8a(value));
          const reader = read(encoded);
          expect(reader.compact()).toBe(value);
          reader.end();
        },
      ),
    );
  });

  it('of any size is read as @polkadot/util writes it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 536n) - 1n }), (value) => {
        expect(encodeCompact(value)).toEqual(compactToU8a(value));
        expect(read(compactToU8a(value)).compactBig()).toBe(value);
      }),
    );
    for (const value of [-1n, 1n << 536n]) expect(() => encodeCompact(value)).toThrow(RangeError);
  });

  it.each([
    [[1, 0]],
    [[0xfd, 0]],
    [[2, 0, 0, 0]],
    [[0xfe, 0xff, 0, 0]],
    [[3, 1, 0, 0, 0]],
    [[3, 0xff, 0xff, 0xff, 0x3f]],
    [[7, 1, 0, 0, 0, 0]],
    [[7, 255, 255, 255, 255, 0]],
  ])('that is longer than needed (%j) is refused', (bytes) => {
    expect(() => read(Uint8Array.from(bytes)).compactBig()).toThrowError(refused);
    expect(() => read(Uint8Array.from(bytes)).compact()).toThrowError(refused);
  });

  it('above 32 bits is refused where 32 bits are meant', () => {
    expect(() => read(compactToU8a(2n ** 32n)).compact()).toThrowError(refused);
    for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => encodeCompact(value)).toThrow(RangeError);
    }
  });
});

describe('a reader', () => {
  it('reads little-endian numbers', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        expect(read(nToU8a(value, { bitLength: 128 })).u128()).toBe(value);
        expect(read(encodeLittle(value, 8)).u64()).toBe(value & (2n ** 64n - 1n));
        expect(read(bnToU8a(Number(value & 0xffff_ffffn), { bitLength: 32 })).u32()).toBe(
          Number(value & 0xffff_ffffn),
        );
      }),
    );
  });

  it('refuses to read past the end and to end before it', () => {
    const reader = read(Uint8Array.of(12, 1, 2));
    expect(() => read(Uint8Array.of(12, 1, 2)).vec()).toThrowError(refused);
    expect(reader.u8()).toBe(12);
    expect(() => reader.end()).toThrowError(refused);
    expect(reader.bytes(2)).toEqual(Uint8Array.of(1, 2));
    reader.end();
    expect(() => reader.u8()).toThrowError(refused);
  });

  it('does not believe a length that the bytes cannot hold', () => {
    expect(() => read(compactToU8a(2 ** 32 - 1)).list(() => 0)).toThrowError(refused);
  });

  it('reads back what is written', () => {
    const item = fc.record({
      id: fc.nat(2 ** 32 - 1),
      weight: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      data: fc.uint8Array({ maxLength: 200 }),
      name: fc.string({ unit: 'grapheme', maxLength: 80 }),
      note: fc.option(fc.uint8Array({ maxLength: 4 })),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 70 }), (items) => {
        const written = items.map(({ id, weight, data, name, note }) =>
          concatBytes(
            encodeU32(id),
            encodeU64(weight),
            encodeVec(data),
            encodeString(name),
            encodeOption(note && encodeVec(note)),
          ),
        );
        const reader = read(encodeList(written));
        const back = reader.list(() => ({
          id: reader.u32(),
          weight: reader.u64(),
          data: reader.vec(),
          name: reader.string(),
          note: reader.option(() => reader.vec()),
        }));
        expect(back).toEqual(items);
        reader.end();
      }),
    );
  });

  it('takes nothing but 0 and 1 for whether something follows', () => {
    expect(() => read(Uint8Array.of(2, 0)).option(() => 0)).toThrowError(refused);
  });

  it('refuses a name that is no UTF-8', () => {
    expect(() => read(Uint8Array.of(4, 0xff)).string()).toThrowError(refused);
  });

  it('says what it read and what is wrong, in the words of whoever reads', () => {
    expect(() => read(Uint8Array.of(1)).u32()).toThrow('the test value is truncated: it ends after 1 bytes');
    expect(() => scaleReader(Uint8Array.of(1), 'header').u32()).toThrow(
      expect.objectContaining({
        name: 'ProofError',
        code: 'PROOF_BAD_ENCODING',
        message: 'The header is truncated: it ends after 1 bytes.',
      }),
    );
  });
});
