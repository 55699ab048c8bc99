import { Keyring } from '@polkadot/keyring';
import type { KeyringPair, KeyringPair$Json } from '@polkadot/keyring/types';
import { z } from 'zod';
import { RescueError } from '../../domain/errors.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import { type AccountHex, type Hex, toHex } from '../../domain/units.ts';
import { personalMessage, SIGNATURE_SCHEMES } from './signature.ts';

/** Signs texts with a key that stays inside. */
export interface TextSigner {
  readonly account: AccountHex;
  readonly scheme: SignatureScheme;
  /** SS58 with the generic prefix 42, or a checksummed Ethereum address. */
  readonly address: string;
  /** Signature that `verifySignature` accepts for this account and text. */
  sign(text: string): Hex;
}

/**
 * A signer from a secret URI: a development URI (`//Alice`), a mnemonic or a hex seed, with a derivation path.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING, never repeating any part of the URI.
 */
export function signerFromUri(uri: string, scheme: SignatureScheme = 'sr25519'): TextSigner {
  let pair: KeyringPair;
  try {
    pair = new Keyring().createFromUri(uri.trim(), {}, scheme);
  } catch {
    // The library's message may quote the secret, so it is dropped.
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      `The secret is not usable as a ${scheme} key: it must be a mnemonic, a 0x seed of 32 bytes or a development URI such as //Alice.`,
    );
  }
  return signerOf(pair);
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

/**
 * A signer from the parsed JSON of a keystore file that polkadot-js and its wallets export.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING when it is not one, or the password does not open it.
 */
export function signerFromKeystore(keystore: unknown, password: string): TextSigner {
  const parsed = keystoreSchema.safeParse(keystore);
  if (!parsed.success) {
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      'The key file is not a keystore as polkadot-js exports for one account ("encoded", "encoding", "address").',
    );
  }
  let pair: KeyringPair;
  let claimed: AccountHex;
  try {
    pair = new Keyring().createFromJson(parsed.data as unknown as KeyringPair$Json);
    claimed = toHex(pair.addressRaw);
    pair.unlock(password);
  } catch {
    throw new RescueError('RESCUE_SIGNER_MISSING', 'The password does not open the key file.');
  }
  if (toHex(pair.addressRaw) !== claimed) {
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      'The key file names another account than the one whose key it holds.',
    );
  }
  return signerOf(pair);
}

function signerOf(pair: KeyringPair): TextSigner {
  const scheme: SignatureScheme = pair.type;
  return {
    account: toHex(pair.addressRaw),
    scheme,
    address: pair.address,
    sign(text) {
      const message = new TextEncoder().encode(text);
      return toHex(pair.sign(scheme === 'ethereum' ? personalMessage(message) : message));
    },
  };
}
