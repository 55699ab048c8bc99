import { open } from 'node:fs/promises';
import type { KeyringPair } from '@polkadot/keyring/types';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import { looksSecret } from '../../domain/shown-value.ts';
import type { AccountHex } from '../../domain/units.ts';
import { isEncrypted, pairFromKeystore, pairFromUri } from '../../keys/key-pair.ts';

/** Where a key is; never the key itself in a file of ours. */
export type KeyConfig =
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'uri-env'; readonly env: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly passwordEnv?: string | undefined;
      readonly passwordFile?: string | undefined;
      /** Asks a person, where nothing else gives the password of an encrypted keystore. */
      readonly askPassword?: (() => Promise<string>) | undefined;
    };

/** The operator's key, or an account that signs elsewhere. */
export type SignerConfig =
  | KeyConfig
  | { readonly kind: 'external'; readonly address?: AccountHex | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

/** Hears a sentence about a key that can be used, but not trusted. */
type OnWarning = (sentence: string) => void;

export interface Signer {
  readonly account: AccountHex | null;
  /** Null when somebody else signs. */
  readonly pair: KeyringPair | null;
}

/**
 * Opens the operator's key. No error repeats a secret. Key files that other accounts of the machine can open are told.
 * @throws RESCUE_SIGNER_MISSING
 */
export async function loadSigner(
  config: SignerConfig,
  env: Environment,
  onWarning: OnWarning = () => undefined,
): Promise<Signer> {
  if (config.kind === 'external') return { account: config.address ?? null, pair: null };
  const pair = await loadKeyPair(config, env, 'sr25519', onWarning);
  if (pair.addressRaw.length === 32) return { account: toHex(pair.addressRaw), pair };
  throw missing('The key is an Ethereum key, but extrinsics are signed by accounts of 32 bytes only.');
}

/**
 * Opens the key that a configuration or a command line names; `scheme` is the kind of those that are given as URI.
 * @throws RESCUE_SIGNER_MISSING, never repeating a secret
 */
export async function loadKeyPair(
  config: KeyConfig,
  env: Environment,
  scheme: SignatureScheme,
  onWarning: OnWarning,
): Promise<KeyringPair> {
  await cryptoWaitReady();
  switch (config.kind) {
    case 'uri':
      return pairFromUri(config.uri, scheme);
    case 'uri-env':
      return pairFromUri(secretOf(config.env, env), scheme);
    case 'file': {
      const keystore = await readKeystore(config.path, onWarning);
      const name = `the key file ${config.path}`;
      if (!isEncrypted(keystore)) {
        onWarning(`${name} is not encrypted: "pararescue key create" makes one with a password`);
      }
      const ask = async () => (isEncrypted(keystore) ? ((await config.askPassword?.()) ?? '') : '');
      return pairFromKeystore(keystore, await readPassword(config, env, onWarning, ask), name);
    }
  }
}

function secretOf(variable: string, env: Environment): string {
  const secret = env[variable];
  if (secret !== undefined && secret !== '') return secret;
  // What does not look like the name of a variable may be the secret itself.
  const name =
    /^[A-Z_][A-Z0-9_]*$/.test(variable) && !looksSecret(variable) ? ` ${variable}` : ' that is named';
  throw missing(`The environment variable${name} is not set: it should hold the secret.`);
}

/** A password from where it is said to be, which no error repeats. @throws RESCUE_SIGNER_MISSING */
export async function readPassword(
  {
    passwordEnv,
    passwordFile,
  }: { readonly passwordEnv?: string | undefined; readonly passwordFile?: string | undefined },
  env: Environment,
  onWarning: OnWarning,
  otherwise: () => Promise<string>,
): Promise<string> {
  if (passwordEnv !== undefined) return secretOf(passwordEnv, env);
  if (passwordFile !== undefined) {
    try {
      // Editors end files with a line feed; no password ends with one.
      return (await readSecret(passwordFile, 'password file', onWarning)).replace(/\r?\n$/, '');
    } catch (error) {
      throw missing(`The password file ${passwordFile} cannot be read: ${messageOf(error)}.`);
    }
  }
  return otherwise();
}

/** Longest key or password file. */
const MOST_SECRET_BYTES = 64 * 1024;

async function readSecret(path: string, what: string, onWarning: OnWarning): Promise<string> {
  const handle = await open(path);
  try {
    const { mode, size } = await handle.stat();
    if (size > MOST_SECRET_BYTES) throw new Error('it is too large');
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      onWarning(`the ${what} ${path} is open to other accounts of this machine: chmod 600 it`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** A key file as JSON, unchecked. @throws RESCUE_SIGNER_MISSING */
export async function readKeystore(path: string, onWarning: OnWarning): Promise<unknown> {
  try {
    return JSON.parse(await readSecret(path, 'key file', onWarning));
  } catch (error) {
    // A JSON error quotes the text around the fault, which may be key material.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw missing(`The key file ${path} cannot be read: ${reason}.`);
  }
}

function missing(sentence: string): RescueError {
  return new RescueError('RESCUE_SIGNER_MISSING', sentence);
}
