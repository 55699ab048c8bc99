import type { Command } from 'commander';
import type { KeyConfig } from '../../chain/extrinsics/signer.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { CommandIo } from './io.ts';

/** Flags that name a key; at most one of the first, second and last of them. */
export interface KeyFlags {
  readonly signerUriEnv?: string;
  readonly signerFile?: string;
  readonly signerPasswordEnv?: string;
  readonly signerPasswordFile?: string;
  readonly signer?: string;
}

/** Adds the ways to name a key; `whose` it is, for people. */
export function withKeyOptions(command: Command, whose: string): Command {
  return command
    .option('--signer-uri-env <name>', `environment variable with ${whose} secret URI or mnemonic`)
    .option('--signer-file <file>', 'keystore file (polkadot-js JSON)')
    .option('--signer-password-env <name>', 'environment variable with the keystore password')
    .option(
      '--signer-password-file <file>',
      'file with the keystore password; asked for when neither is given',
    )
    .option('--signer <uri>', 'development URI such as //Alice (visible in the process list)');
}

/** Null when no key is named. @throws RESCUE_REQUEST_INVALID for more than one */
export function keyConfig(flags: KeyFlags, io: CommandIo): KeyConfig | null {
  const given = [flags.signerUriEnv, flags.signerFile, flags.signer].filter((flag) => flag !== undefined);
  if (given.length > 1) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'more than one key is given: use one of --signer-uri-env, --signer-file and --signer',
    );
  }
  if (flags.signerUriEnv !== undefined) return { kind: 'uri-env', env: flags.signerUriEnv };
  if (flags.signerFile !== undefined) {
    const { ask } = io;
    return {
      kind: 'file',
      path: flags.signerFile,
      passwordEnv: flags.signerPasswordEnv,
      passwordFile: flags.signerPasswordFile,
      ...(ask && { askPassword: () => ask(`password of ${flags.signerFile}: `) }),
    };
  }
  if (flags.signer === undefined) return null;
  io.stderr('warning: --signer is visible in the process list; use --signer-uri-env for a real key\n');
  return { kind: 'uri', uri: flags.signer };
}

/** Tells people what is amiss, though the command goes on. */
export function warningTo(io: CommandIo): (sentence: string) => void {
  return (sentence) => io.stderr(`warning: ${printable(sentence)}\n`);
}

/** An account that `flag` names: SS58, hex, or an Ethereum address. @throws RESCUE_REQUEST_INVALID */
export async function readAccount(flag: string, text: string): Promise<AccountHex> {
  const { parseAccount } = await import('../../keys/account.ts');
  const parsed = parseAccount(text);
  if ('account' in parsed) return parsed.account;
  throw new RescueError('RESCUE_REQUEST_INVALID', `${flag} ${parsed.problem}`);
}
