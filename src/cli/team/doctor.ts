import { RescueError } from '../../domain/errors.ts';
import type { Readiness } from '../../domain/readiness/readiness.ts';
import type { ParaId } from '../../domain/units.ts';
import { multisigOf } from '../shared/acting-flags.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ChainFlags, type ChosenChains, chosenChains, withChainOptions } from '../shared/chain-flags.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { withKeyOptions } from '../shared/key-options.ts';
import { troubleTo, withActingOptions, withRelay, withTrustOptions } from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { examinationText } from '../shared/readiness-text.ts';
import { registerDoctorUpgrade } from './doctor-upgrade.ts';

interface DoctorFlags extends ClientFlags, ChainFlags {}

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
  const command = withChainOptions(withClientOptions(program.command('doctor'), io))
    .description(
      'whether a para could be rescued today: every obstacle on each route, since when, and what helps',
    )
    .argument('<para>', 'para id', paraArgument)
    .addHelpText(
      'after',
      '\nExit status: 0 an allowed route would work, 1 error, 4 that cannot be told, 5 none would work.',
    );
  withActingOptions(withTrustOptions(withKeyOptions(command, "without a service: the signer's"))).action(
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
  const chains = await chosenChains(paraId, flags, io);
  if (chains) return byEndpoints(paraId, chains, flags, io);
  const client = await clientOf(flags, io);
  const { name, readiness } = await client.para(paraId);
  if (readiness) return { paraId, name, readiness };
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    `the service has not looked at para ${paraId} yet: it looks at relay blocks that it may act upon ("pararescue status --para ${paraId}" says whether it sees such); ask again after the next ones`,
  );
}

async function byEndpoints(
  paraId: ParaId,
  chains: ChosenChains,
  flags: Pick<DoctorFlags, 'policy'>,
  io: CommandIo,
): Promise<Examined> {
  const { name, paraNode: urls, contracts } = chains;
  if (!urls) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'give --para, the nodes of the para, with --relay');
  }
  const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const { examinePara } = await import('../../app/examine.ts');
  io.progress('the relay chain is asked for its newest final block');
  return withRelay({ ...chains, para: paraId }, io, async (session) => {
    const multisig = chains.multisig === undefined ? null : await multisigOf(chains.multisig);
    io.progress("the routes and the para's state are looked at");
    const readiness = await examinePara(session, {
      urls,
      policy,
      contracts,
      multisig,
      onTrouble: troubleTo(io),
    });
    return { paraId, name, readiness };
  });
}
