import { describe, expect, it } from 'vitest';
import { parseAccount } from '../../src/keys/account.ts';

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const ETHEREUM = '0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac';

describe('an account', () => {
  it.each([
    ['an SS58 address', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', ALICE],
    ['an SS58 address of another network', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5', ALICE],
    ['hex of 32 bytes', ALICE, ALICE],
    ['hex in upper case', `0x${ALICE.slice(2).toUpperCase()}`, ALICE],
    ['an Ethereum address with its checksum', ETHEREUM, ETHEREUM.toLowerCase()],
    ['an Ethereum address without one', ETHEREUM.toLowerCase(), ETHEREUM.toLowerCase()],
  ])('is read from %s', (_, text, account) => {
    expect(parseAccount(text)).toEqual({ account });
  });

  it.each([
    ['a mistyped SS58 address', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ'],
    ['an SS58 address of something shorter', '25GUyv'],
    ['hex of another length', '0x1234'],
    ['nothing', ''],
    ['a name', 'alice'],
  ])('is none in %s', (_, text) => {
    expect(parseAccount(text)).toEqual({
      problem: expect.stringMatching(/^must be an account: an SS58 address, or 0x and 64 .* found /),
    });
  });

  it('is none in an Ethereum address whose checksum is wrong', () => {
    expect(parseAccount(ETHEREUM.replace('f24', 'f25'))).toEqual({
      problem: expect.stringMatching(/^has a wrong checksum/),
    });
  });
});
