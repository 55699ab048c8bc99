import { decodeAddress, evmToAddress } from '@polkadot/util-crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { ETHEREUM_MAPPINGS } from '../../src/domain/policy/signer-rules.ts';
import { mappedAccount, mappedIfShort } from '../../src/keys/mapped-account.ts';

const ADDRESS = '0xf24ff3a9cf04c71dbc94d0b566f7a27b94566cac';

describe('the account of 32 bytes of an Ethereum address', () => {
  it('is that of Frontier, as wallets compute it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (address) => {
        const known = decodeAddress(evmToAddress(address, 42, 'blake2'));
        expect(toHex(mappedAccount['frontier-hashed'](address))).toBe(toHex(known));
      }),
    );
  });

  it('is framed as Hydration and pallet-revive do it', () => {
    expect(mappedIfShort(ADDRESS, 'hydration')).toBe(`0x45544800${ADDRESS.slice(2)}${'00'.repeat(8)}`);
    expect(mappedIfShort(ADDRESS, 'revive')).toBe(`${ADDRESS}${'ee'.repeat(12)}`);
  });

  it('is another one for each address, and an account stays what it is', () => {
    const account = `0x${'d4'.repeat(32)}` as const;
    for (const mapping of ETHEREUM_MAPPINGS) {
      const all = [0, 1, 255].map((last) => toHex(mappedAccount[mapping](fromHex(ADDRESS).with(19, last))));
      expect(new Set(all).size).toBe(3);
      expect(mappedIfShort(account, mapping)).toBe(account);
    }
    expect(mappedIfShort(ADDRESS, undefined)).toBe(ADDRESS);
  });
});
