import { Keyring } from '@polkadot/keyring';
import { DEV_PHRASE } from '@polkadot/keyring/defaults';
import type { KeyringPair } from '@polkadot/keyring/types';
import { toHex } from '../src/bytes/hex.ts';
import type { SessionKeys } from '../src/sandbox/session-keys.ts';
import type { Signer } from '../src/sandbox/signing.ts';

/** A development account: its key is public knowledge, its balances are worth nothing. */
export interface DevAccount extends Signer {
  readonly name: string;
  readonly uri: string;
}

/** The dev accounts that every chain knows, and that may validate. */
export const DEV_NAMES = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'] as const;
export type DevName = (typeof DEV_NAMES)[number];

/** The account that goes with each of them on development chains. */
export function devStashes(): DevAccount[] {
  return DEV_NAMES.map((name) => devAccount(`${name} stash`, `//${name}//stash`));
}

/**
 * Addresses of the development accounts that Ethereum's tools know from Moonbeam: Alith, Baltathar, Charleth, Dorothy, Ethan and
 * Faith, by the mnemonic "bottom drive obey lake curtain smoke basket hold race lonely fit walk".
 */
export const ETHEREUM_ADDRESSES = [
  '0xf24ff3a9cf04c71dbc94d0b566f7a27b94566cac',
  '0x3cd0a705a2dc65e5b1e1205896baa2be8a07c6e0',
  '0x798d4ba9baf0064ec19eb4f0a1a45785ae9d6dfc',
  '0x773539d4ac0e786233d90a233654ccee26a613d9',
  '0xff64d3f6efe2317ee2807d223a0bdc4c0c49dfdb',
  '0xc0f0f4ab324c46e55d02d0033343b4be8a55532d',
] as const;

/** The dev accounts whose keys make blocks of the embedded paras, by turns. */
export const COLLATORS: readonly DevName[] = ['Charlie', 'Dave'];

/** The account with which the network includes candidates. */
export const INCLUSION = 'Inclusion';

const UNIT = 1_000_000_000_000n;
const HOLDERS = 12;

/** Key pairs by type and path: stretching the development phrase into the pair of the empty path takes milliseconds. */
const pairs = new Map<string, KeyringPair>();

function pairOf(type: 'sr25519' | 'ed25519', path: string): KeyringPair {
  let pair = pairs.get(`${type} ${path}`);
  if (pair === undefined) {
    pair =
      path === ''
        ? new Keyring({ type, ss58Format: 42 }).addFromUri(DEV_PHRASE)
        : pairOf(type, '').derive(path);
    pairs.set(`${type} ${path}`, pair);
  }
  return pair;
}

export function devAccount(name: string, uri = `//${name}`): DevAccount {
  const pair = pairOf('sr25519', uri);
  return { name, uri, account: toHex(pair.publicKey), address: pair.address, pair };
}

/** Signs for the dev accounts, such as seals of blocks; undefined for other keys. */
export function devSigner(key: Uint8Array, message: Uint8Array): Uint8Array | undefined {
  const account = toHex(key);
  const name = DEV_NAMES.find((name) => devAccount(name).account === account);
  return name && devAccount(name).pair.sign(message);
}

/** Keys for a validator's node, derived from `uri`; by default those of the account itself, as on development chains. */
export function devSessionKeys({ account, uri }: DevAccount, keyUri = uri): SessionKeys {
  return { validator: account, parachain: pairOf('sr25519', keyUri), grandpa: pairOf('ed25519', keyUri) };
}

/** A token holder of the para, with what it owns at genesis, in planck (12 decimals). */
export interface Holder extends DevAccount {
  readonly balance: bigint;
}

/** Holders with differing balances: from 1,000 to 12,000 PARA and a fraction, so that sums are not round. */
export function devHolders(): Holder[] {
  return Array.from({ length: HOLDERS }, (_, index) => {
    const account = devAccount(`Holder ${index + 1}`, `//Holder//${index + 1}`);
    return { ...account, balance: BigInt(index + 1) * 1_000n * UNIT + BigInt(index * index) * 123_456_789n };
  });
}
