import type { Command } from 'commander';
import type { ServiceClient } from '../../client/service-client.ts';
import { RescueError } from '../../domain/errors.ts';
import type { OptIn } from '../../domain/round/round.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { accountText, type SigningFlags, signatoryOf, withSigningOptions } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';

interface OptFlags extends ClientFlags, SigningFlags {
  readonly para: ParaId;
  readonly policy?: string;
  readonly sequence?: number;
  readonly contract?: true;
}

export const registerOptIn: RegisterCommand = (program, io) => {
  withOptions(program.command('opt-in'), io)
    .description('as the registrar manager: let the holders rescue the para by the rules of a policy')
    .requiredOption('--policy <file>', 'the policy, YAML or JSON')
    .option(
      '--contract',
      "instead of signing: the para's rescue contract is opted in with this policy already",
    )
    .action((flags: OptFlags) => (flags.contract ? adopt(flags, io) : act('opt-in', flags, io)));
};

export const registerOptOut: RegisterCommand = (program, io) => {
  withOptions(program.command('opt-out'), io)
    .description('as the registrar manager: no rescue by vote any more')
    .option('--policy <file>', 'the policy to leave; default: the one in force')
    .action((flags: OptFlags) => act('opt-out', flags, io));
};

function withOptions(command: Command, io: CommandIo): Command {
  return withSigningOptions(withClientOptions(command, io))
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option(
      '--sequence <number>',
      'default: the time in milliseconds, so that a later act wins',
      sequenceArgument,
    );
}

async function act(action: OptIn['action'], flags: OptFlags, io: CommandIo): Promise<void> {
  if (flags.account !== undefined && flags.sequence === undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `with --account give --sequence too, so that the text is the same both times; for example --sequence ${Date.now()}`,
    );
  }
  const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const client = await clientOf(flags, io);
  const signatory = await signatoryOf(flags, io);
  const { optInText } = await import('../../voting/index.ts');
  const statement = {
    paraId: flags.para,
    action,
    relayGenesis: (await client.status()).relayGenesis,
    policy: policy?.hash ?? (await policyInForce(client, flags.para)),
    sequence: flags.sequence ?? Date.now(),
    account: signatory.account,
  };
  const signature = signatory.sign(optInText(statement));
  if (signature === null) return;
  const recorded = await client.optIn(
    { ...statement, signature, scheme: signatory.scheme },
    action === 'opt-in' ? (policy?.policy ?? null) : null,
  );
  if (action === 'opt-in') await warnOfLock(client, flags.para, io);
  io.stdout(
    flags.json
      ? jsonText(recorded)
      : facts([
          [recorded.action, `para ${recorded.paraId}`],
          ['policy', recorded.policy],
          ['manager', await accountText(recorded.account)],
          ['sequence', String(recorded.sequence)],
        ]),
  );
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
  const recorded = await client.adoptPolicy(flags.para, policy);
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
