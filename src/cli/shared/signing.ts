import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { SignatureScheme } from '../../domain/round/round.ts';
import { type AccountHex, type Hex, toHex } from '../../domain/units.ts';
import type { CommandIo } from './io.ts';

/** Flags that say who signs. */
export interface SigningFlags {
  readonly signerUriEnv?: string;
  readonly signerFile?: string;
  readonly signerPasswordEnv?: string;
  readonly signer?: string;
  readonly scheme: SignatureScheme;
  readonly account?: string;
  readonly signature?: string;
}

/** Who acts, and how a text gets its signature. */
export interface Signatory {
  readonly account: AccountHex;
  readonly scheme: SignatureScheme;
  /** Null when the text was only shown, to be signed elsewhere. */
  sign(text: string): Hex | null;
}

/** Adds the ways to sign: a key from the environment or a keystore, or a wallet elsewhere. */
export function withSigningOptions(command: Command): Command {
  return command
    .option('--signer-uri-env <name>', 'environment variable that holds the secret URI or mnemonic')
    .option('--signer-file <file>', 'keystore file (polkadot-js JSON)')
    .option('--signer-password-env <name>', 'environment variable that holds the keystore password')
    .option('--signer <uri>', 'development URI such as //Alice (visible in the process list)')
    .addOption(
      new Option('--scheme <scheme>', 'kind of the key')
        .choices(['sr25519', 'ed25519', 'ecdsa', 'ethereum'])
        .default('sr25519'),
    )
    .option('--account <address>', 'sign elsewhere: prints the text for this account and stops')
    .option('--signature <hex>', 'with --account: the signature that the wallet gave for that text');
}

/** @throws RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID; never with a secret in the message */
export async function signatoryOf(flags: SigningFlags, io: CommandIo): Promise<Signatory> {
  const given = (['signerUriEnv', 'signerFile', 'signer', 'account'] as const).filter(
    (flag) => flags[flag] !== undefined,
  );
  if (given.length !== 1) {
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      `${given.length === 0 ? 'nobody signs' : 'more than one way to sign is given'}: give one of --signer-uri-env, --signer-file, --signer or --account`,
    );
  }
  if (flags.account !== undefined) return elsewhere(flags.account, flags, io);
  const { signaturesReady, signerFromKeystore, signerFromUri } = await import('../../voting/index.ts');
  await signaturesReady();
  if (flags.signerFile !== undefined) {
    return signerFromKeystore(
      await readKeystore(flags.signerFile),
      secretOf(flags.signerPasswordEnv, io) ?? '',
    );
  }
  const uri = flags.signer ?? secretOf(flags.signerUriEnv, io) ?? '';
  if (flags.signer !== undefined) {
    io.stderr('warning: --signer is visible in the process list; use --signer-uri-env for a real key\n');
  }
  return signerFromUri(uri, flags.scheme);
}

/** Address and hex of an account, for people. */
export async function accountText(account: AccountHex): Promise<string> {
  const { encodeAddress, ethereumEncode } = await import('@polkadot/util-crypto');
  return account.length === 42 ? ethereumEncode(account) : `${encodeAddress(account, 42)} (${account})`;
}

async function elsewhere(address: string, flags: SigningFlags, io: CommandIo): Promise<Signatory> {
  const account = await accountOf(address);
  const scheme = account.length === 42 ? 'ethereum' : flags.scheme;
  const signature = flags.signature?.toLowerCase();
  if (signature !== undefined && !/^0x(?:[0-9a-f]{2}){64,65}$/.test(signature)) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'a signature is 0x and 128 or 130 hex digits');
  }
  return {
    account,
    scheme,
    sign(text) {
      if (signature !== undefined) return signature as Hex;
      io.stdout(`${text}\n`);
      io.stderr(
        `sign exactly the text above as ${printable(address)}, then run the same command again with --signature\n`,
      );
      return null;
    },
  };
}

async function accountOf(address: string): Promise<AccountHex> {
  const { decodeAddress } = await import('@polkadot/util-crypto');
  if (/^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/i.test(address)) return address.toLowerCase() as AccountHex;
  try {
    return toHex(decodeAddress(address));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `--account must be an SS58 address, or 0x and 64 (Ethereum style 40) hex digits: ${messageOf(cause)}`,
      { cause },
    );
  }
}

async function readKeystore(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    // A JSON error quotes the text around the fault, which may be key material.
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : messageOf(cause);
    throw new RescueError('RESCUE_SIGNER_MISSING', `the keystore ${path} cannot be read: ${reason}`);
  }
}

function secretOf(variable: string | undefined, io: CommandIo): string | undefined {
  if (variable === undefined) return undefined;
  const secret = io.env[variable];
  if (secret !== undefined && secret !== '') return secret;
  throw new RescueError('RESCUE_SIGNER_MISSING', `the environment variable ${variable} is not set`);
}
