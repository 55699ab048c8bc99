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
