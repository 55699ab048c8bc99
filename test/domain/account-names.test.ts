import { u8aToHex } from '@polkadot/util';
import { decodeAddress } from '@polkadot/util-crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeAccount,
  nameAccount,
  nameAccountHex,
  palletAccount,
  parentAccount,
  sovereignAccount,
} from '../../src/domain/account-names.ts';

describe('names of accounts without a key', () => {
  it.each([
    ['13UVJyLnbVp9RBZYFwFGyDvVd1y27Tt8tkntv6Q7JVPhFsTB', 'treasury (pallet account "py/trsry")'],
    ['13YMK2eYoAvStnzReuxBjMrAvPXmmdsURwZvc62PrdXimbNy', "para 2000's sovereign account on the relay chain"],
    [`0x7369626cd0070000${'00'.repeat(24)}`, "para 2000's sovereign account on a sibling para"],
  ])('recognise the well-known account %s', (address, name) => {
    expect(nameAccount(decodeAddress(address))).toBe(name);
  });

  it.each([20, 32] as const)('are found again for accounts of %i bytes', (length) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (paraId) => {
        expect(nameAccount(sovereignAccount('para', paraId, length))).toContain(`para ${paraId}'s`);
        expect(nameAccount(sovereignAccount('sibl', paraId, length))).toContain('on a sibling para');
      }),
    );
    expect(nameAccount(parentAccount(length))).toBe("the relay chain's account");
    expect(nameAccount(palletAccount('PotStake', length))).toContain('collator selection pot');
    expect(nameAccount(new Uint8Array(length))).toBe('the zero account');
  });

  it('tell unknown pallets by their eight bytes, and sub-accounts from the pallet itself', () => {
    expect(nameAccount(palletAccount('abc/defg'))).toBe('account of the pallet "abc/defg"');
    const pool = palletAccount('py/nopls');
    pool.set([1, 7], 12);
    expect(nameAccount(pool)).toBe('sub-account of the nomination pools (pallet account "py/nopls")');
    const forged = palletAccount('ab"\n\\\x00gh');
    expect(nameAccount(forged)).toBe('account of the pallet "ab\\x22\\x0a\\x5c\\x00gh"');
    expect(() => palletAccount('treasury ')).toThrow(RangeError);
  });

  it('are none for ordinary accounts, nor for those that only begin alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 32 }), (bytes) => {
        const account = new Uint8Array(32).fill(0xff);
        account.set(bytes.map((byte) => byte | 0x80));
        expect(nameAccount(account)).toBeNull();
      }),
    );
    const near = sovereignAccount('sibl', 2000);
    near[31] = 1;
    expect(nameAccount(near)).toBeNull();
    expect(nameAccount(palletAccount('py/trsry').subarray(0, 31))).toBeNull();
  });

  it('stand in messages after the hex', () => {
    const treasury = u8aToHex(palletAccount('py/trsry'));
    expect(describeAccount(treasury)).toBe(`${treasury}, treasury (pallet account "py/trsry")`);
    expect(describeAccount('0xzz')).toBe('0xzz');
    expect(nameAccountHex(u8aToHex(parentAccount()))).toBe("the relay chain's account");
  });
});
