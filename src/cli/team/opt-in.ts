import type { Command } from 'commander';
import type { ServiceClient } from '../../client/service-client.ts';
import type { Multisig } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import { jointOptIn } from '../../domain/records/opt-in.ts';
import type { AccountSignature, JointOptIn, ManagerOptIn, OptIn } from '../../domain/round/round.ts';
import type { AccountHex, Hex, ParaId } from '../../domain/units.ts';
import type { OptInStatement } from '../../voting/ballots/texts.ts';
import { multisigOf } from '../shared/acting-flags.ts';
import { paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { readSignatures, requireSame, writeSignatures } from '../shared/signatures-file.ts';
import {
  accountText,
  type Signatory,
  type SigningFlags,
  signatoryOf,
  withSigningOptions,
} from '../shared/signing.ts';
import { joinedSignatures, signersText, tellWaiting } from '../shared/speaking.ts';
import { facts } from '../shared/table.ts';
import { type PreviewFlags, previewOptIn, previewOptOut } from './opt-in-preview.ts';

interface OptFlags extends ClientFlags, SigningFlags, PreviewFlags {
  readonly para: ParaId;
  readonly policy?: string;
  readonly sequence?: number;
  readonly contract?: true;
  readonly multisig?: string;
  readonly signatures?: string;
}

export const registerOptIn: RegisterCommand = (program, io) => {
  withOptions(program.command('opt-in'), io)
    .description(
      'as the registrar manager, its multisig or its proxy: let the holders rescue the para by the rules of a policy',
    )
    .requiredOption('--policy <file>', 'the policy, YAML or JSON')
    .option(
      '--contract',
      "instead of signing: the para's rescue contract is opted in with this policy already",
    )
    .option('--while-stopped', 'record it though the para has stopped; every voter is told')
    .action((flags: OptFlags) => (flags.contract ? adopt(flags, io) : act('opt-in', flags, io)));
};

export const registerOptOut: RegisterCommand = (program, io) => {
  withOptions(program.command('opt-out'), io)
    .description('as the registrar manager, its multisig or its proxy: no rescue by vote any more')
    .option('--policy <file>', 'the policy to leave; default: the one in force')
    .action((flags: OptFlags) => act('opt-out', flags, io));
};

function withOptions(command: Command, io: CommandIo): Command {
  return withSigningOptions(withClientOptions(command, io))
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--yes', 'replace another policy, or end a rescue that is under way, without asking again')
    .option(
      '--multisig <threshold:accounts>',
      'sign as a signatory of this multisig, which is the manager or its proxy: 2:5F…,5G…,5H…',
    )
    .option(
      '--signatures <file>',
      'with --multisig: file in which the signatories collect their signatures; the last one sends it',
    )
    .option(
      '--sequence <number>',
      'default: the time in milliseconds, so that a later act wins',
      sequenceArgument,
    );
}

async function act(action: OptIn['action'], flags: OptFlags, io: CommandIo): Promise<void> {
  const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const collected =
    flags.signatures === undefined
      ? null
      : await readSignatures(flags.signatures, jointOptIn, 'opt-in or opt-out');
  if (flags.account !== undefined && flags.sequence === undefined && collected === null) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `with --account give --sequence too, so that the text is the same both times; for example --sequence ${Date.now()}`,
    );
  }
  const client = await clientOf(flags, io);
  const signatory = await signatoryOf(flags, io);
  const { optInText } = await import('../../voting/index.ts');
  const statement = {
    paraId: flags.para,
    action,
    relayGenesis: (await client.status()).relayGenesis,
    policy: policy?.hash ?? (await policyInForce(client, flags.para)),
    sequence: flags.sequence ?? collected?.sequence ?? Date.now(),
    account: await signedFor(client, flags, signatory),
  };
  const multisig =
    flags.multisig === undefined ? (collected?.multisig ?? null) : await multisigOf(flags.multisig);
  if (collected) requireSame<object>(collected, { ...statement, multisig }, flags.signatures ?? '');
  if (action === 'opt-out') await previewOptOut(client, flags.para, flags, io);
  else if (policy) await previewOptIn(client, flags.para, policy, flags, io);
  const signature = signatory.sign(optInText(statement));
  if (signature === null) return;
  const own = { account: signatory.account, signature, scheme: signatory.scheme };
  const optIn = joined(statement, multisig, collected, own);
  if (flags.signatures !== undefined && 'signatures' in optIn) await writeSignatures(flags.signatures, optIn);
  if (multisig && 'signatures' in optIn && optIn.signatures.length < multisig.threshold) {
    await tellWaiting(optIn.signatures, multisig, { ...flags, sequence: optIn.sequence }, io);
    return;
  }
  const recorded = await client.optIn(optIn, action === 'opt-in' ? (policy?.policy ?? null) : null, {
    whileStopped: flags.whileStopped === true,
  });
  if (action === 'opt-in') await warnOfLock(client, flags.para, io);
  io.stdout(
    flags.json
      ? jsonText(recorded)
      : facts([
          [recorded.action, `para ${recorded.paraId}`],
          ['policy', recorded.policy],
          ['manager', await accountText(recorded.account)],
          ['signed by', await signersText(recorded)],
          ['sequence', String(recorded.sequence)],
        ]),
  );
}

/** The account that the text names: the signatory's own, or the manager's that it acts for. */
async function signedFor(client: ServiceClient, flags: OptFlags, signatory: Signatory): Promise<AccountHex> {
  const { observation } = await client.para(flags.para);
  const manager = observation?.registrar?.manager;
  if (manager !== undefined) return manager;
  if (flags.multisig === undefined) return signatory.account;
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    `the service does not know the registrar manager of para ${flags.para}, for whom the multisig would sign`,
  );
}

/** A manager's own signature as it always was; every other one with who signed. */
function joined(
  statement: OptInStatement,
  multisig: Multisig | null,
  collected: JointOptIn | null,
  own: AccountSignature,
): ManagerOptIn {
  if (multisig === null && own.account === statement.account) {
    return { ...statement, signature: own.signature, scheme: own.scheme };
  }
  return { ...statement, ...joinedSignatures(multisig, [own], collected) };
}

/** Gives the service the policy of which the contract holds only the hash; nobody has to sign it. */
async function adopt(flags: OptFlags, io: CommandIo): Promise<void> {
  const { policy: file, signerUriEnv, signerFile, signer, account } = flags;
  if (file === undefined) throw new RescueError('RESCUE_REQUEST_INVALID', 'give --policy');
  if ((signerUriEnv ?? signerFile ?? signer ?? account) !== undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'opt-in --contract takes no key: the contract has recorded who opted in',
    );
  }
  const { policy } = await readPolicy(file);
  const client = await clientOf(flags, io);
  const recorded = await client.adoptPolicy(flags.para, policy, {
    whileStopped: flags.whileStopped === true,
  });
  io.stdout(
    flags.json
      ? jsonText(recorded)
      : facts([
          [recorded.action, `para ${recorded.paraId}`],
          ['policy', recorded.policy],
          ['contract', `${recorded.contract.address} on the chain ${recorded.contract.genesis}`],
          ['sequence', String(recorded.sequence)],
        ]),
  );
}

/** An opt-in is taken while the para was never locked, and its next head undoes it. */
async function warnOfLock(client: ServiceClient, paraId: ParaId, io: CommandIo): Promise<void> {
  const { observation } = await client.para(paraId);
  if (observation?.registrar?.locked !== null) return;
  warningTo(io)(
    `para ${paraId} was never locked, which does not last: its next included head locks it, and then its manager may not act; prepare the call that prevents it with "pararescue lock remove"`,
  );
}

async function policyInForce(client: ServiceClient, paraId: ParaId): Promise<Hex> {
  const { optIn } = await client.para(paraId);
  if (optIn !== null) return optIn.policy;
  throw new RescueError(
    'RESCUE_NOT_OPTED_IN',
    `para ${paraId} is not opted in, so there is nothing to leave`,
  );
}
