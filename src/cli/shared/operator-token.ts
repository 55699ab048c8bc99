import { resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { CommandIo } from './io.ts';

/** Where the token of the service's operator is; at most one of them. */
export interface TokenFlags {
  readonly tokenFile?: string;
  readonly config?: string;
}

/** Adds the ways to name the token. */
export function withTokenOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration of the service: where its operator token is')
    .option(
      '--token-file <file>',
      'the operator token itself (default: operator-token in .pararescue, or in PARARESCUE_DATABASE)',
    );
}

/**
 * The token by which a service on this machine knows its operator: of `--token-file`, of the service's configuration, or
 * of the folder in which a database lies by default.
 * @throws RESCUE_REQUEST_INVALID naming the file that cannot be used, and what helps
 */
export async function operatorTokenOf(flags: TokenFlags, io: CommandIo): Promise<string> {
  const { OPERATOR_TOKEN, operatorTokenFile, readToken } = await import('../../app/operator-token.ts');
  const fileOf = async (): Promise<string> => {
    if (flags.tokenFile !== undefined) return flags.tokenFile;
    if (flags.config !== undefined) {
      const { loadConfig } = await import('../../config/config.ts');
      return operatorTokenFile(await loadConfig({ file: flags.config, env: io.env }));
    }
    return resolve(io.env.PARARESCUE_DATABASE || '.pararescue', OPERATOR_TOKEN);
  };
  const file = await fileOf();
  try {
    return await readToken(file);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `only the operator may do this, and the token of the service cannot be read from ${file}: ${messageOf(cause)}; name the file with --token-file, or the configuration of the service with --config`,
      { cause },
    );
  }
}
