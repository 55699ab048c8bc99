import { u8aToHex } from '@polkadot/util';
import fc from 'fast-check';

/** Entries of one state with distinct keys. */
export type Entries = (readonly [Uint8Array, Uint8Array])[];

// Few different bytes and nibbles, so that random keys share prefixes and are prefixes of each other.
const crowdedByte = fc.constantFrom(0x00, 0x01, 0x0f, 0x10, 0x11, 0xf0, 0xff);
const crowdedKey = fc.array(crowdedByte, { maxLength: 5 }).map((bytes) => Uint8Array.from(bytes));
const sparseKey = fc.uint8Array({ maxLength: 40 });
const pallet = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const mapKey = fc
  .uint8Array({ minLength: 1, maxLength: 3 })
  .map((tail) => Uint8Array.from([...pallet, ...tail]));
const longKey = fc
  .tuple(fc.integer({ min: 30, max: 700 }), fc.uint8Array({ maxLength: 2 }))
  .map(([length, tail]) => {
    const key = new Uint8Array(length + tail.length).fill(0xab);
    key.set(tail, length);
    return key;
  });

/** Keys of every shape: empty, one the prefix of another, sharing long prefixes, longer than a header byte says. */
export const anyKey = fc.oneof(
  { weight: 4, arbitrary: crowdedKey },
  { weight: 2, arbitrary: sparseKey },
  { weight: 2, arbitrary: mapKey },
  { weight: 1, arbitrary: longKey },
);

/** Values around the borders of the format: 32 and 33 bytes, 63 and 64, up to 5000. */
export const anyValue = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 8 }) },
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 25, maxLength: 36 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 60, maxLength: 68 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 5000 }), fc.nat({ max: 255 }))
      .map(([length, byte]) => new Uint8Array(length).fill(byte)),
  },
);

/** States of 0 to `maxLength` entries. */
export function anyState(maxLength = 60): fc.Arbitrary<Entries> {
  return fc.uniqueArray(fc.tuple(anyKey, anyValue), { maxLength, selector: ([key]) => key.join() });
}

export const anyStateVersion = fc.constantFrom<0 | 1>(0, 1);

/** The form in which chopsticks takes a state. */
export function hexEntries(entries: Entries): [`0x${string}`, `0x${string}`][] {
  return entries.map(([key, value]) => [u8aToHex(key), u8aToHex(value)]);
}
