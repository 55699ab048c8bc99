import { type Command, Option } from 'commander';
import type { SignerConfig } from '../../chain/extrinsics/signer.ts';
import type { RelaySession, RelayTrust } from '../../chain/relay/session.ts';
import type { Checkpoint } from '../../domain/chain/trust.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { ParaId } from '../../domain/units.ts';
import type { ActingFlags } from './acting-flags.ts';
import { paraArgument, repeated } from './arguments.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import type { CommandIo } from './io.ts';
import { type KeyFlags, keyConfig, readAccount, warningTo, withKeyOptions } from './key-options.ts';
import { withForceOption } from './out-file.ts';

/** Flags that say which blocks of the relay chain are believed. */
export interface TrustFlags {
  readonly checkpoint?: string;
  readonly trustSingleEndpoint?: true;
}

/** Flags of every operator command: they talk to the relay chain themselves, without a service. */
export interface RelayFlags extends TrustFlags {
  readonly para: ParaId;
  readonly relay: readonly string[];
  readonly json?: boolean;
}

/** Flags of every command that submits something. */
export interface SubmitFlags extends KeyFlags {
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Flags of commands that submit something to the relay chain. */
export type OperatorFlags = RelayFlags & SubmitFlags & ActingFlags;

export function withRelayOptions(command: Command): Command {
  const asked = command
    .requiredOption('--para <id>', 'para id', paraArgument)
    .addOption(endpointOption('--relay <url>', 'the relay chain').makeOptionMandatory());
  return withTrustOptions(asked).option('--json', 'print JSON for machines');
}

/** Adds what a command believes of the relay chain, and of the contracts chain where it reads that. */
export function withTrustOptions(command: Command, also?: 'contracts'): Command {
  const single = 'act on what a single endpoint says of a relay chain that gives no proofs of finality';
  return command
    .option(
      '--checkpoint <file>',
      'trust this block of the relay chain, as "pararescue checkpoint" prints it, instead of one that all --relay agree on',
    )
    .option(
      '--trust-single-endpoint',
      also === undefined ? single : `${single}, or without --relay of the contracts chain`,
    );
}

/** An option that names an endpoint and can be given more than once. */
export function endpointOption(flags: string, chain: string): Option {
  return new Option(flags, `ws:// or wss:// endpoint of ${chain}; give it again for more`).argParser(
    repeated,
  );
}

export function withOperatorOptions(command: Command): Command {
  return withActingOptions(withSubmitOptions(withRelayOptions(command), "the manager's"));
}

/** Adds key, dry run, output file and consent; `whose` key, for people. */
export function withSubmitOptions(command: Command, whose: string): Command {
  return withForceOption(withKeyOptions(command, whose))
    .option('--dry-run', 'submit nothing: print the decoded call, its hash and bytes, and what it would do')
    .option(
      '--out <file>',
      'write the call to this file: its bytes, as hex when the name ends with .hex, or with all that signers need when it ends with .json',
    )
    .option('--yes', 'submit without asking again');
}

/** Of commands whose act has a validation page. */
export function withPageOption(command: Command): Command {
  return command.option(
    '--page <file>',
    'write a validation page to this file, and as JSON beside it: what is expected before anything is signed, what came of it afterwards',
  );
}

/** Adds as whom the key acts: as a signatory of a multisig, or not here at all. A proxy of the account is found by itself. */
export function withActingOptions(command: Command, what = SIGNING): Command {
  return command
    .option(
      '--multisig <threshold:accounts>',
      `${what.multisig}: threshold and all signatories, for example 2:5F…,5G…,5H…`,
    )
    .option('--account <address>', what.account);
}

/** What the flags say to commands that sign. */
const SIGNING = {
  multisig: 'act as a signatory of this multisig',
  account: 'this account signs elsewhere: show and write the call for it, and wait for its effect',
};

/** Tells people of nodes that fail while others are tried. */
export function troubleTo(io: CommandIo): (trouble: RescueError) => void {
  return (trouble) => io.stderr(`warning ${trouble.code}: ${printable(trouble.message)}\n`);
}

/** Opens the relay chain with the key that the flags name, for `work`, and closes it afterwards. */
export async function withRelay<Result>(
  flags: Pick<OperatorFlags, 'para' | 'relay'> & Pick<ActingFlags, 'account'> & TrustFlags & KeyFlags,
  io: CommandIo,
  work: (session: RelaySession) => Promise<Result>,
): Promise<Result> {
  const [{ loadSigner }, { withRelaySession }] = await Promise.all([
    import('../../chain/extrinsics/signer.ts'),
    import('../../chain/relay/session.ts'),
  ]);
  const signer = await loadSigner(await signerConfig(flags, io), io.env, warningTo(io));
  const trust = await relayTrust(flags, io);
  const options = { urls: flags.relay, paraId: flags.para, signer, onTrouble: troubleTo(io), trust };
  return withRelaySession(options, work);
}

/** @throws RESCUE_REQUEST_INVALID for more than one who signs */
async function signerConfig(
  flags: KeyFlags & Pick<ActingFlags, 'account'>,
  io: CommandIo,
): Promise<SignerConfig> {
  const key = keyConfig(flags, io);
  if (flags.account === undefined) return key ?? { kind: 'external' };
  if (key === null) return { kind: 'external', address: await readAccount('--account', flags.account) };
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    'a key and --account are given: --account is for an account whose key is elsewhere',
  );
}

/** As `withRelay`, for work that submits something, unless it is tried out only. @throws RESCUE_FINALITY_UNPROVEN */
export async function withRelayToAct<Result>(
  flags: Parameters<typeof withRelay>[0] & Pick<SubmitFlags, 'dryRun'>,
  io: CommandIo,
  work: (session: RelaySession) => Promise<Result>,
): Promise<Result> {
  const { requireActable } = await import('../../domain/chain/actable.ts');
  return withRelay(flags, io, (session) => {
    if (!flags.dryRun) requireActable(session.observation);
    return work(session);
  });
}

/** What a command has told already of what it believes. */
const TOLD = new WeakMap<CommandIo, Set<string>>();

/** What the flags say of the relay chain's finality; what is believed is shown. */
export async function relayTrust(flags: TrustFlags, io: CommandIo): Promise<RelayTrust> {
  const given = flags.checkpoint === undefined ? null : await readCheckpoint(flags.checkpoint);
  // Some commands open the relay chain twice, for the para and for the head of the contracts chain.
  const told = TOLD.get(io) ?? new Set();
  TOLD.set(io, told);
  const once = (sentence: string, tell: (sentence: string) => void): void => {
    if (!told.has(sentence)) tell(sentence);
    told.add(sentence);
  };
  return {
    ...(given && { checkpoint: { ...given, overrides: false } }),
    trustSingleEndpoint: flags.trustSingleEndpoint === true,
    onNotice: (sentence) => once(sentence, warningTo(io)),
    onCheckpoint: (checkpoint, voters) =>
      once(checkpointLine(checkpoint, voters), (line) => io.stderr(`${line}\n`)),
  };
}

export function checkpointLine({ number, hash, setId, source }: Checkpoint, voters: number): string {
  const why = source === 'endpoints' ? 'as all endpoints agree' : 'as given';
  return `relay chain from block ${number} (${hash}), authority set ${setId} with ${voters} voters, ${why}`;
}
