import { type Command, Option } from 'commander';
import type { ContractAct } from '../../domain/contract/rescue-contract.ts';
import { termsObstacles } from '../../domain/contract/terms.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import { amountArgument, countArgument, dataArgument, repeated } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import { readAccount } from '../shared/key-options.ts';
import { endpointOption } from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { type CallTerms, carryOutAct } from './call.ts';
import {
  addressArgument,
  type ContractFlags,
  type ContractSession,
  withCallOptions,
  withContract,
  withContractOptions,
} from './options.ts';
import { type ParaFlags, printForPara } from './para.ts';

/** Flags of acts that the para or its manager makes. */
export interface ControllerFlags extends ContractFlags, ParaFlags {
  readonly by?: 'para';
}

interface WatcherFlags extends ControllerFlags {
  readonly watcher: readonly string[];
  readonly threshold: number;
  /** False for `--no-guardian`. */
  readonly guardian?: readonly string[] | false;
}

interface OptInFlags extends WatcherFlags {
  readonly policy: string;
  readonly vetoSeconds: number;
}

interface DirectFlags extends ControllerFlags {
  readonly target: string;
  readonly value: Planck;
  readonly data: Hex;
}

/** Whatever a change of rules does to decisions under way. */
const VOIDS = 'whatever watchers attested and the contract has not sent yet is void afterwards';

export function registerRules(group: Command, io: CommandIo): void {
  withWatchers(withControllerOptions(group.command('opt-in')))
    .description("as the para or its manager: put the para's rescue into the hands of these watchers")
    .requiredOption('--policy <file>', 'the policy that they follow, YAML or JSON')
    .option('--guardian <account>', GUARDIAN, repeated)
    .option(
      '--veto-seconds <n>',
      'seconds between decision and execution, in which guardians may veto',
      countArgument,
      0,
    )
    .action((flags: OptInFlags) => withContract(flags, io, (session) => optIn(session, flags, io)));

  withControllerOptions(group.command('opt-out'))
    .description('as the para or its manager: no rescue through the contract any more')
    .action((flags: ControllerFlags) =>
      withContract(flags, io, (session) => {
        const { para } = session.state;
        const effect = `para ${para} is opted out: no watcher can decide anything for it`;
        const terms = { obstacles: needsOptIn(session), warnings: [VOIDS, TAKES_BACK], effect };
        return make(session, { kind: 'opt-out' }, terms, flags, io);
      }),
    );

  withWatchers(withControllerOptions(group.command('rotate')))
    .description('as the para or its manager: replace watchers and guardians; policy and delay stay')
    .option('--guardian <account>', `${GUARDIAN}; default: those that there are`, repeated)
    .option('--no-guardian', 'nobody may veto any more')
    .action((flags: WatcherFlags) =>
      withContract(flags, io, async (session) => {
        const { state } = session;
        const people = await peopleOf(flags, state.guardians);
        const act = { kind: 'rotate', ...people } as const;
        const effect = `${act.threshold} of ${act.watchers.length} watchers decide from now on`;
        const warnings = [VOIDS, ...vetoWarnings(act.guardians, state)];
        await make(session, act, { obstacles: needsOptIn(session), warnings, effect }, flags, io);
      }),
    );

  withControllerOptions(group.command('direct'))
    .description(
      'as the living para itself: let the contract make any call, to take its funds back for instance',
    )
    .addOption(
      new Option('--target <address>', 'what it calls').argParser(addressArgument).makeOptionMandatory(),
    )
    .option('--value <planck>', 'what it pays', amountArgument, 0n)
    .option('--data <hex>', 'what it says', dataArgument, '0x')
    .action((flags: DirectFlags) =>
      withContract(flags, io, async (session) => {
        const { value, data } = flags;
        const target = await readAccount('--target', flags.target);
        const effect = `the contract called ${target}`;
        const terms = { obstacles: [], warnings: [], effect };
        await make(session, { kind: 'direct', target, value, data }, terms, flags, io);
      }),
    );
}

const GUARDIAN = 'account that may veto a decision; give it again for more';
const TAKES_BACK =
  'an approval that was sent before can be taken back with "pararescue contract cancel", by the manager or anyone who watched';

/** Adds what the para and its manager need, who may do it instead of the holder of a key. */
export function withControllerOptions(command: Command, relay?: Option): Command {
  return withCallOptions(withContractOptions(command, relay), "the para manager's")
    .addOption(
      new Option('--by <who>', 'para: print what the para itself does instead of using a key').choices([
        'para',
      ]),
    )
    .addOption(endpointOption('--para-node <url>', "the para, to print the call for the para's root"))
    .option(
      '--xcm-fee <planck>',
      "what the para's message may cost on the contracts chain; default: as its runtime says",
      amountArgument,
    );
}

function withWatchers(command: Command): Command {
  return command
    .requiredOption('--watcher <account>', 'account of a watcher; give it again for more', repeated)
    .requiredOption('--threshold <n>', 'how many watchers must agree: more than half of them', countArgument);
}

async function optIn(session: ContractSession, flags: OptInFlags, io: CommandIo): Promise<void> {
  const { contract, chain, state } = session;
  const { policy, hash } = await readPolicy(flags.policy);
  const act: ContractAct = {
    kind: 'opt-in',
    policyHash: hash,
    ...(await peopleOf(flags, [])),
    vetoSeconds: flags.vetoSeconds,
  };
  const place = {
    para: state.para,
    address: contract.address,
    genesis: chain.genesis,
    chain: chain.paraId,
  };
  const warnings: string[] = [];
  if (!policy.routes.includes('contract')) {
    warnings.push('the routes of the policy do not name "contract": the opt-in counts, but nothing is sent');
  }
  if (state.policyHash !== null) warnings.push(`this replaces the policy ${state.policyHash}; ${VOIDS}`);
  warnings.push(...vetoWarnings(act.guardians, { vetoSeconds: act.vetoSeconds, manager: state.manager }));
  const obstacles = termsObstacles(policy, place);
  const effect = `para ${state.para} is opted in with policy ${hash}`;
  await make(session, act, { obstacles, warnings, effect }, flags, io);
}

function vetoWarnings(
  guardians: readonly AccountHex[],
  { vetoSeconds, manager }: { readonly vetoSeconds: number | bigint; readonly manager: string | null },
): string[] {
  if (guardians.length === 0) return [];
  return [
    ...(Number(vetoSeconds) === 0 ? ['guardians have no time to veto: opt in with --veto-seconds'] : []),
    ...(guardians.length === 1
      ? ['one guardian alone can hold a decision up but never forbid it: name at least two, better three']
      : []),
    ...(guardians.length > 1 && manager === null
      ? [
          'more than half of these guardians can keep the para dead: this contract knows no manager who could replace them while the para stands still',
        ]
      : []),
  ];
}

/** By the key given, or on paper for the para, also when a dry run names nobody. */
export async function make(
  session: ContractSession,
  act: ContractAct,
  terms: CallTerms,
  flags: ControllerFlags,
  io: CommandIo,
): Promise<void> {
  if (flags.by === 'para' && session.by !== null) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'give either --by para or a key, not both');
  }
  const onPaper = flags.by === 'para' || (session.by === null && flags.dryRun === true);
  if (onPaper) await printForPara(session, act, terms, flags, io);
  else await carryOutAct(session, act, terms, flags, io);
}

function needsOptIn({ state }: ContractSession): string[] {
  return state.policyHash === null ? [`para ${state.para} is not opted in at this contract`] : [];
}

async function peopleOf({ watcher, threshold, guardian }: WatcherFlags, guardiansNow: readonly AccountHex[]) {
  const guardians =
    guardian === false || guardian === undefined ? null : await accountsOf('--guardian', guardian);
  return {
    watchers: await accountsOf('--watcher', watcher),
    threshold,
    guardians: guardians ?? (guardian === false ? [] : guardiansNow),
  };
}

function accountsOf(flag: string, texts: readonly string[]): Promise<AccountHex[]> {
  return Promise.all(texts.map((text) => readAccount(flag, text)));
}
