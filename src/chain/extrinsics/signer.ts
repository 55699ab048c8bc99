import { readFile } from 'node:fs/promises';
import { Keyring } from '@polkadot/keyring';
import type { KeyringPair, KeyringPair$Json } from '@polkadot/keyring/types';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { z } from 'zod';
import { RescueError } from '../../domain/errors.ts';
import { type AccountHex, toHex } from '../../domain/units.ts';

/** Where the operator's key is; never the key itself in a file of ours. */
export type SignerConfig =
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'uri-env'; readonly env: string }
  | { readonly kind: 'file'; readonly path: string; readonly passwordEnv?: string | undefined }
  | { readonly kind: 'external'; readonly address?: AccountHex | undefined };

export interface Signer {
  readonly account: AccountHex | null;
  /** Null when somebody else signs. */
  readonly pair: KeyringPair | null;
}

const keystoreSchema = z.looseObject({ encoded: z.string(), address: z.string() });

/**
 * Opens the operator's key. No error repeats a secret.
 * @throws RESCUE_SIGNER_MISSING, RESCUE_CONFIG_INVALID
 */
export async function loadSigner(
  config: SignerConfig,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Signer> {
  await cryptoWaitReady();
  switch (config.kind) {
    case 'external':
      return { account: config.address ?? null, pair: null };
    case 'uri':
      return withKey(pairFromUri(config.uri));
    case 'uri-env': {
      const uri = env[config.env];
      if (!uri) throw missing(`The environment variable ${config.env}, which should hold the key, is empty.`);
      return withKey(pairFromUri(uri));
    }
    case 'file':
      return withKey(
        await pairFromFile(config.path, config.passwordEnv ? env[config.passwordEnv] : undefined),
      );
  }
}

function withKey(pair: KeyringPair): Signer {
  return { account: toHex(pair.publicKey), pair };
}

function pairFromUri(uri: string): KeyringPair {
  try {
    return new Keyring({ type: 'sr25519' }).addFromUri(uri);
  } catch {
    // Without a cause: the library's message can hold parts of the phrase.
    throw missing('The key is neither a mnemonic phrase nor a secret URI such as //Alice.');
  }
}

async function pairFromFile(path: string, password: string | undefined): Promise<KeyringPair> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new RescueError('RESCUE_SIGNER_MISSING', `The key file ${path} cannot be read as JSON.`, { cause });
  }
  const parsed = keystoreSchema.safeParse(json);
  if (!parsed.success) throw missing(`The key file ${path} is no account that polkadot-js exported.`);
  try {
    const pair = new Keyring({ type: 'sr25519' }).addFromJson(parsed.data as unknown as KeyringPair$Json);
    pair.decodePkcs8(password);
    return pair;
  } catch {
    throw missing(`The key file ${path} does not open with the password given.`);
  }
}

function missing(sentence: string): RescueError {
  return new RescueError('RESCUE_SIGNER_MISSING', sentence);
}
