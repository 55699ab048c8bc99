import { RescueError } from '../../domain/errors.ts';
import type { Readiness } from '../../domain/readiness/readiness.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { type KeyFlags, withKeyOptions } from '../shared/key-options.ts';
import {
  endpointOption,
  type TrustFlags,
  troubleTo,
  withRelay,
  withTrustOptions,
} from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { examinationText } from '../shared/readiness-text.ts';
import { registerDoctorUpgrade } from './doctor-upgrade.ts';

interface DoctorFlags extends ClientFlags, KeyFlags, TrustFlags {
  readonly config?: string;
  readonly relay?: readonly string[];
  readonly paraNode?: readonly string[];
  readonly contracts?: readonly string[];
  readonly policy?: string;
}

/** Exit status, as that of `status` where both have one. */
const EXIT = { ready: 0, unknown: 4, 'not-ready': 5, 'not-asked': 5 } as const satisfies Record<
  Readiness['result'],
  number
>;

/** What is printed of one para. */
interface Examined {
  readonly paraId: ParaId;
  readonly name: string | null;
  readonly readiness: Readiness;
}

export const registerDoctor: RegisterCommand = (program, io) => {
  const command = withClientOptions(program.command('doctor'), io)
    .description(
      'whether a para could be rescued today: every obstacle on each route, since when, and what helps',
    )
    .argument('<para>', 'para id', paraArgument)
    .option(
      '--config <file>',
      "look straight at the endpoints of a service's configuration, without the service",
    )
    .addOption(endpointOption('--relay <url>', 'the relay chain, instead of a service'))
    .addOption(endpointOption('--para, --para-node <url>', 'the para'))
    .addOption(endpointOption('--contracts <url>', "the chain of the policy's rescue contract"))
    .option('--policy <file>', 'without a service: the policy whose routes and adapters are looked at')
    .addHelpText(
      'after',
      '\nExit status: 0 an allowed route would work, 1 error, 4 that cannot be told, 5 none would work.',
    );
  withTrustOptions(withKeyOptions(command, "without a service: the signer's")).action(
    async (paraId: ParaId, flags: DoctorFlags) => {
      const examined = await examine(paraId, flags, io);
      io.stdout(flags.json ? jsonText(examined) : examinationText(examined));
      io.finish(EXIT[examined.readiness.result]);
    },
  );
  // Options behind a command of its own are that one's.
  command.enablePositionalOptions();
  registerDoctorUpgrade(command, io);
};

async function examine(paraId: ParaId, flags: DoctorFlags, io: CommandIo): Promise<Examined> {
  if (flags.config !== undefined) return byConfig(paraId, flags, flags.config, io);
  if (flags.relay) return byEndpoints(paraId, null, flags, flags.relay, io);
  if (flags.paraNode || flags.contracts || flags.policy !== undefined) {
    throw wrong('--para, --contracts and --policy go with --relay');
  }
  const client = await clientOf(flags, io);
  const { name, readiness } = await client.para(paraId);
  if (readiness) return { paraId, name, readiness };
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    `the service has not looked at para ${paraId} yet: it looks at relay blocks that it may act upon ("pararescue status --para ${paraId}" says whether it sees such); ask again after the next ones`,
  );
}

/** The endpoints, keys and contracts chain of a configuration; a policy has to be named, for it lies in the database. */
async function byConfig(paraId: ParaId, flags: DoctorFlags, file: string, io: CommandIo): Promise<Examined> {
  const { loadConfig } = await import('../../config/config.ts');
  const config = await loadConfig({
    file,
    env: io.env,
    ...(flags.relay && { flags: { relay: flags.relay } }),
  });
  const para = config.paras.find(({ id }) => id === paraId);
  if (!para) {
    throw new RescueError('RESCUE_PARA_UNKNOWN', `the configuration ${file} does not name para ${paraId}`);
  }
  const { signer } = config;
  const key: KeyFlags =
    signer.kind === 'uri-env'
      ? { signerUriEnv: signer.env }
      : signer.kind === 'file'
        ? {
            signerFile: signer.path,
            ...(signer.passwordEnv !== undefined && { signerPasswordEnv: signer.passwordEnv }),
          }
        : {};
  const contracts = flags.contracts ?? config.contracts?.endpoints;
  const chosen: DoctorFlags = {
    ...flags,
    ...key,
    paraNode: flags.paraNode ?? para.endpoints,
    ...(contracts && { contracts }),
    ...(config.relay.trustSingleEndpoint && { trustSingleEndpoint: true }),
  };
  return byEndpoints(paraId, para.name, chosen, config.relay.endpoints, io);
}

async function byEndpoints(
  paraId: ParaId,
  name: string | null,
  flags: DoctorFlags,
  relay: readonly string[],
  io: CommandIo,
): Promise<Examined> {
  const { paraNode, contracts = [] } = flags;
  if (!paraNode) throw wrong('give --para, the nodes of the para, with --relay');
  const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const { examinePara } = await import('../../app/examine.ts');
  return withRelay({ ...flags, para: paraId, relay }, io, async (session) => {
    const readiness = await examinePara(session, {
      urls: paraNode,
      policy,
      contracts,
      onTrouble: troubleTo(io),
    });
    return { paraId, name, readiness };
  });
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
