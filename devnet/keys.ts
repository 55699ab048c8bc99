import { Keyring } from '@polkadot/keyring';
import { toHex } from '../src/bytes/hex.ts';
import type { Signer } from '../src/sandbox/signing.ts';

/** A development account: its key is public knowledge, its balances are worth nothing. */
export interface DevAccount extends Signer {
  readonly name: string;
  readonly uri: string;
}

/** The account with which the network includes candidates. */
export const INCLUSION = 'Inclusion';

const UNIT = 1_000_000_000_000n;
const HOLDERS = 12;

export function devAccount(name: string, uri = `//${name}`): DevAccount {
  const pair = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(uri);
  return { name, uri, account: toHex(pair.publicKey), address: pair.address, pair };
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
