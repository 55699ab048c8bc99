import { type Command, Option } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument, repeated } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { type KeyFlags, keyConfig, withKeyOptions } from './key-options.ts';

/** Flags of every operator command: they talk to the relay chain themselves, without a service. */
export interface RelayFlags {
  readonly para: ParaId;
  readonly relay: readonly string[];
  readonly json?: boolean;
}

/** Flags of every command that submits something. */
export interface SubmitFlags extends KeyFlags {
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Flags of commands that submit something to the relay chain. */
export type OperatorFlags = RelayFlags & SubmitFlags;

export function withRelayOptions(command: Command): Command {
  return command
    .requiredOption('--para <id>', 'para id', paraArgument)
    .addOption(endpointOption('--relay <url>', 'the relay chain').makeOptionMandatory())
    .option('--json', 'print JSON for machines');
}

/** An option that names an endpoint and can be given more than once. */
export function endpointOption(flags: string, chain: string): Option {
  return new Option(flags, `ws:// or wss:// endpoint of ${chain}; give it again for more`).argParser(
    repeated,
  );
}

export function withOperatorOptions(command: Command): Command {
  return withSubmitOptions(withRelayOptions(command), "the manager's");
}

/** Adds key, dry run, output file and consent; `whose` key, for people. */
export function withSubmitOptions(command: Command, whose: string): Command {
  return withKeyOptions(command, whose)
    .option('--dry-run', 'submit nothing: print the decoded call, its hash and bytes, and what it would do')
    .option('--out <file>', 'write the bytes of the call to this file')
    .option('--yes', 'submit without asking again');
}

/** Tells people of nodes that fail while others are tried. */
export function troubleTo(io: CommandIo): (trouble: RescueError) => void {
  return (trouble) => io.stderr(`warning ${trouble.code}: ${printable(trouble.message)}\n`);
}

/** Opens the relay chain with the key that the flags name, for `work`, and closes it afterwards. */
export async function withRelay<Result>(
  flags: Pick<OperatorFlags, 'para' | 'relay'> & KeyFlags,
  io: CommandIo,
  work: (session: RelaySession) => Promise<Result>,
): Promise<Result> {
  const [{ loadSigner }, { withRelaySession }] = await Promise.all([
    import('../../chain/extrinsics/signer.ts'),
    import('../../chain/relay/session.ts'),
  ]);
  const signer = await loadSigner(keyConfig(flags, io) ?? { kind: 'external' }, io.env);
  const options = { urls: flags.relay, paraId: flags.para, signer, onTrouble: troubleTo(io) };
  return withRelaySession(options, work);
}
