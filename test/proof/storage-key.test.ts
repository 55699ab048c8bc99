import { hexToU8a, u8aToHex } from '@polkadot/util';
import { blake2AsU8a, xxhashAsU8a } from '@polkadot/util-crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blake2b128,
  blake2b256,
  hashMapKey,
  storageKey,
  storagePrefix,
  twox64,
  twox128,
  twox256,
} from '../../src/proof/index.ts';

describe('a hash', () => {
  it('is what @polkadot/util-crypto computes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (data) => {
        expect(blake2b256(data)).toEqual(blake2AsU8a(data, 256));
        expect(blake2b128(data)).toEqual(blake2AsU8a(data, 128));
        expect(twox64(data)).toEqual(xxhashAsU8a(data, 64));
        expect(twox128(data)).toEqual(xxhashAsU8a(data, 128));
        expect(twox256(data)).toEqual(xxhashAsU8a(data, 256));
      }),
    );
  });
});

describe('a storage key', () => {
  const alice = hexToU8a('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d');

  it('of an item and of a map entry is the one that chains use', () => {
    expect(u8aToHex(storagePrefix('System', 'Account'))).toBe(
      '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9',
    );
    expect(u8aToHex(storageKey('System', 'Account', { hasher: 'Blake2_128Concat', key: alice }))).toBe(
      '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9' +
        'de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
    );
  });

  it('holds each map key behind its own hash', () => {
    const key = Uint8Array.of(1, 2, 3, 4);
    const parts = {
      Blake2_128: blake2AsU8a(key, 128),
      Blake2_128Concat: Uint8Array.from([...blake2AsU8a(key, 128), ...key]),
      Blake2_256: blake2AsU8a(key, 256),
      Twox128: xxhashAsU8a(key, 128),
      Twox64Concat: Uint8Array.from([...xxhashAsU8a(key, 64), ...key]),
      Twox256: xxhashAsU8a(key, 256),
      Identity: key,
    };
    for (const [hasher, expected] of Object.entries(parts)) {
      expect(hashMapKey({ hasher: hasher as keyof typeof parts, key })).toEqual(expected);
    }
    expect(
      storageKey('A', 'B', { hasher: 'Identity', key }, { hasher: 'Twox64Concat', key: Uint8Array.of(9) }),
    ).toEqual(Uint8Array.from([...storagePrefix('A', 'B'), ...key, ...xxhashAsU8a(Uint8Array.of(9), 64), 9]));
  });
});
