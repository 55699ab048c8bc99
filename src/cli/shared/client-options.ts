import { type Command, Option } from 'commander';
import type { ServiceClient } from '../../client/service-client.ts';
import { DEFAULT_SERVICE_URL } from '../../client/service-client.ts';
import type { RescueError } from '../../domain/errors.ts';
import { toJson } from '../../domain/json.ts';
import { printableJson } from '../../domain/plain-text.ts';
import { shownUrl } from '../../domain/shown-value.ts';
import type { CommandIo } from './io.ts';

/** What the commands that talk to a service have in common. */
export interface ClientFlags {
  readonly url: string;
  readonly json?: boolean;
}

/** Adds `--url` (else PARARESCUE_URL, else the local default) and `--json`. */
export function withClientOptions(command: Command, io: CommandIo): Command {
  const fallback = io.env.PARARESCUE_URL || DEFAULT_SERVICE_URL;
  return command
    .addOption(
      new Option('--url <url>', 'address of the service (or PARARESCUE_URL)').default(
        fallback,
        shownUrl(fallback),
      ),
    )
    .option('--json', 'print JSON for machines');
}

export async function clientOf(
  flags: ClientFlags,
  io: CommandIo,
  operatorToken?: string,
): Promise<ServiceClient> {
  const { createServiceClient } = await import('../../client/service-client.ts');
  return createServiceClient(flags.url, {
    signal: io.signal,
    ...(operatorToken !== undefined && { operatorToken }),
  });
}

/** What helps at a command line when no service answers; empty for other errors. */
export function serviceHelp({ code, details }: RescueError): string {
  if (code !== 'RESCUE_SERVICE_UNREACHABLE' || details.url === undefined) return '';
  return '; start one with "pararescue serve", or give its address with --url';
}

/** JSON as `--json` prints it: bigints as decimal text, indented; what is unprintable as escapes. */
export function jsonText(value: unknown): string {
  return `${printableJson(toJson(value, 2))}\n`;
}
