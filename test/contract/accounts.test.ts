import { createKeyMulti, keccakAsU8a } from '@polkadot/util-crypto';
import { describe, expect, it } from 'vitest';
import { sovereignOf } from '../../devnet/genesis.ts';
import { devAccount } from '../../devnet/keys.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  accountOfAddress,
  addressOf,
  addressOfAccount,
  approvalParties,
  operatorAccount,
  relayAccountOf,
} from '../../src/contract/accounts.ts';
import { sovereignAccount } from '../../src/domain/account-names.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';

const alice = fromHex(devAccount('Alice').account);
const bob = fromHex(devAccount('Bob').account);
const charlie = fromHex(devAccount('Charlie').account);
const multisigOf = (signatories: readonly Uint8Array[], threshold: number) =>
  multisigAccount({ signatories: signatories.map(toHex), threshold }).account;

describe('accounts of a rescue contract', () => {
  it('addresses an account by its hash, and back only where it came from an address', () => {
    expect(addressOfAccount(alice)).toEqual(keccakAsU8a(alice).slice(12));
    const address = fromHex('0x00112233445566778899aabbccddeeff00112233');
    expect(addressOfAccount(accountOfAddress(address))).toEqual(address);
    expect(addressOf(toHex(address))).toBe(toHex(address));
    // Of Alice in pallet-revive's own documentation and tests of the Ethereum RPC.
    expect(addressOf(toHex(alice))).toBe('0x9621dde636de098b43efb0fa9b61facfe328f99d');
  });

  it("knows a para's account on its siblings", () => {
    expect(sovereignAccount('sibl', 2000)).toEqual(sovereignOf('sibl', 2000));
    expect(sovereignAccount('sibl', 0xffff_fffe)).toEqual(sovereignOf('sibl', 0xffff_fffe));
  });

  it('computes multisigs as the library of the wallets does, in any order', () => {
    for (const [signatories, threshold] of [
      [[alice, bob], 2],
      [[charlie, alice, bob], 1],
    ] as const) {
      const expected = toHex(createKeyMulti([...signatories], threshold));
      expect(multisigOf(signatories, threshold)).toBe(expected);
      expect(multisigOf([...signatories].reverse(), threshold)).toBe(expected);
    }
  });

  it('takes one operator as itself, and several as the multisig of which one is enough', () => {
    expect(operatorAccount([toHex(alice)])).toBe(toHex(alice));
    expect(operatorAccount([alice, bob].map(toHex))).toBe(toHex(createKeyMulti([alice, bob], 1)));
  });

  it('derives different accounts for different contracts, chains and operators', () => {
    const accounts = [
      relayAccountOf(1000, alice),
      relayAccountOf(1000, bob),
      relayAccountOf(1001, alice),
    ].map(toHex);
    expect(new Set(accounts).size).toBe(3);
    const parties = approvalParties(1000, '0x00112233445566778899aabbccddeeff00112233', [
      toHex(bob),
      toHex(alice),
    ]);
    expect(parties.multisig).toBe(multisigOf([fromHex(parties.derived), fromHex(parties.operator)], 2));
  });

  it('refuses what cannot be a multisig, or no account at all', () => {
    const invalid = expect.objectContaining({ code: 'RESCUE_CONFIG_INVALID' });
    expect(() => multisigOf([alice, alice], 2)).toThrow(invalid);
    expect(() => multisigOf([alice], 1)).toThrow(invalid);
    expect(() => multisigOf([alice, bob], 3)).toThrow(invalid);
    expect(() => operatorAccount([])).toThrow(invalid);
    expect(() => addressOfAccount(alice.slice(1))).toThrow(invalid);
    expect(() => accountOfAddress(alice)).toThrow(invalid);
  });
});
