import { Keyring } from '@polkadot/keyring';
import type { KeyringPair, KeyringPair$Json } from '@polkadot/keyring/types';
import { mnemonicGenerate } from '@polkadot/util-crypto';
import { z } from 'zod';
import { toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../domain/round/round.ts';
import type { AccountHex } from '../domain/units.ts';
import { parseAccount } from './account.ts';

/** Of no error here a secret can be read: what the library says may quote one, so it is neither repeated nor kept. */

/**
 * A key from a secret URI: a development URI (`//Alice`), a mnemonic or a hex seed, with a derivation path.
 * Needs `cryptoWaitReady()`.
 * @throws RESCUE_SIGNER_MISSING
 */
export function pairFromUri(uri: string, scheme: SignatureScheme): KeyringPair {
  try {
    return new Keyring().createFromUri(uri.trim(), {}, scheme);
  } catch {
    throw missing(
      `The secret is not usable as a ${scheme} key: it must be a mnemonic, a 0x seed of 32 bytes or a development URI such as //Alice.`,
    );
  }
}

const keystoreSchema = z.looseObject({
  address: z.string().min(1).max(200),
  encoded: z.string().min(1).max(20_000),
  encoding: z.looseObject({
    content: z.tuple([z.literal('pkcs8'), z.enum(SIGNATURE_SCHEMES)]),
    type: z.union([z.string(), z.array(z.string())]),
    version: z.enum(['0', '1', '2', '3']),
  }),
});

/** What a keystore tells without its password. @throws RESCUE_SIGNER_MISSING when it is none */
export function keystoreFacts(
  keystore: unknown,
  name: string,
): { readonly account: AccountHex; readonly scheme: SignatureScheme; readonly encrypted: boolean } {
  const parsed = keystoreSchema.safeParse(keystore);
  if (!parsed.success) throw noKeystore(name);
  const account = parseAccount(parsed.data.address);
  if ('problem' in account) throw noKeystore(name);
  return {
    account: account.account,
    scheme: parsed.data.encoding.content[1],
    encrypted: isEncrypted(keystore),
  };
}

/** A key that nobody had before. Needs `cryptoWaitReady()`. */
export function newPair(scheme: SignatureScheme): KeyringPair {
  return pairFromUri(mnemonicGenerate(24), scheme);
}

/** Whether the parsed JSON of a keystore says that its key is encrypted; false for what is no keystore. */
export function isEncrypted(keystore: unknown): boolean {
  const parsed = keystoreSchema.safeParse(keystore);
  return parsed.success && [parsed.data.encoding.type].flat().includes('xsalsa20-poly1305');
}

/**
 * The key as polkadot-js and its wallets keep it in a file: encrypted with xsalsa20-poly1305 under a key that scrypt makes of
 * the password.
 */
export function keystoreOf(pair: KeyringPair, password: string, name: string): KeyringPair$Json {
  pair.setMeta({ name });
  return pair.toJson(password);
}

/**
 * The key in the parsed JSON of a keystore that polkadot-js and its wallets export for one account. `name` is what
 * errors call it. Needs `cryptoWaitReady()`.
 * @throws RESCUE_SIGNER_MISSING when it is not one, or the password does not open it
 */
export function pairFromKeystore(keystore: unknown, password: string, name = 'the key file'): KeyringPair {
  const parsed = keystoreSchema.safeParse(keystore);
  if (!parsed.success) {
    throw noKeystore(name);
  }
  let pair: KeyringPair;
  let claimed: AccountHex;
  try {
    pair = new Keyring().createFromJson(parsed.data as unknown as KeyringPair$Json);
    claimed = toHex(pair.addressRaw);
    pair.unlock(password);
  } catch {
    throw missing(`The password does not open ${name}.`);
  }
  if (toHex(pair.addressRaw) === claimed) return pair;
  throw missing(`The key does not fit: ${name} names another account than the one whose key it holds.`);
}

function noKeystore(name: string): RescueError {
  return missing(
    `There is no key in ${name}: it is not a keystore as polkadot-js exports for one account ("encoded", "encoding", "address").`,
  );
}

function missing(sentence: string): RescueError {
  return new RescueError('RESCUE_SIGNER_MISSING', sentence);
}
