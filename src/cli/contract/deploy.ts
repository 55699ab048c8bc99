import { type Command, Option } from 'commander';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { ContractVm } from '../../contract/index.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import { readAccount } from '../shared/key-options.ts';
import { facts } from '../shared/table.ts';
import { carryOutCall } from './call.ts';
import {
  type ContractsFlags,
  type ContractsSession,
  requireCaller,
  withCallOptions,
  withContracts,
  withContractsOptions,
} from './options.ts';

interface DeployFlags extends ContractsFlags {
  readonly para: ParaId;
  readonly manager?: string;
  readonly vm: ContractVm;
  readonly salt: Hex;
}

const NO_SALT: Hex = `0x${'00'.repeat(32)}`;

export function registerDeploy(group: Command, io: CommandIo): void {
  withCallOptions(withContractsOptions(group.command('deploy')), "the deployer's")
    .description('make a new rescue contract for a para; whoever deploys it has no power over it')
    .requiredOption('--para <id>', 'para id on the relay chain', paraArgument)
    .option(
      '--manager <account>',
      "the para's registrar manager: it may opt in and out beside the para itself; leave it away for the para alone",
    )
    .addOption(
      new Option('--vm <machine>', 'machine that runs it').choices(['polkavm', 'evm']).default('polkavm'),
    )
    .addOption(
      new Option(
        '--salt <hex>',
        '32 bytes: the same deployer, code, para and salt give the same address, once',
      )
        .argParser(hashArgument)
        .default(NO_SALT, 'zeros'),
    )
    .action((flags: DeployFlags) => withContracts(flags, io, (session) => deploy(session, flags, io)));
}

async function deploy(session: ContractsSession, flags: DeployFlags, io: CommandIo): Promise<void> {
  const { accountOfAddress, addressOf, prepareDeployment, relayAccountOf } = await import(
    '../../contract/index.ts'
  );
  const { chain } = session;
  const { para, vm, salt } = flags;
  const by = requireCaller(session);
  const manager = flags.manager === undefined ? null : await readAccount('--manager', flags.manager);
  const { call, address, storageDeposit } = await prepareDeployment(chain, { by, vm, para, manager, salt });
  const account = accountOfAddress(fromHex(address));
  const place = {
    address,
    account: toHex(account),
    relayAccount: toHex(relayAccountOf(chain.paraId, account)),
  };
  if (!flags.json && !flags.dryRun) io.stderr(`the contract will have the address ${address}\n`);
  const receipt = await carryOutCall(
    session,
    {
      by,
      address,
      subject: [
        ['new contract', address],
        ['  for', `para ${para}${manager === null ? ', which alone opts in' : ''}`],
        ['  manager', manager],
        ['  seen as', manager === null ? null : addressOf(manager)],
        ['  runs as', vm === 'evm' ? 'EVM code' : 'PolkaVM code'],
        ['account', place.account],
        ['on the relay', place.relayAccount],
      ],
      details: { ...place, para, manager, vm, salt },
      dryRun: { ok: true, weight: null, storageDeposit },
      data: call,
      obstacles: [],
      warnings:
        manager === null
          ? ['without --manager only the para itself can opt in and out, by XCM from its root']
          : [],
      effect: `the rescue contract of para ${para} is ${address}`,
    },
    flags,
    io,
  );
  if (receipt !== null && !flags.json) io.stdout(await nextSteps(session, place));
}

/** Whom to fund before the contract can act. */
async function nextSteps(
  { chain, token }: ContractsSession,
  place: { readonly address: Hex; readonly account: Hex; readonly relayAccount: Hex },
): Promise<string> {
  const { openRescueContract } = await import('../../contract/index.ts');
  const fee = await openRescueContract(chain, place.address).usualDeliveryFee();
  const delivery = fee === null ? 'what the chain takes' : `about ${tokenAmount(fee, token)}`;
  return facts([
    ['account', `${place.account}: its own on the contracts chain; keep ${delivery} there for each message`],
    [
      'on the relay',
      `${place.relayAccount}: it speaks for the contract; needs the fee that the policy allows a message, and the deposit of an approval`,
    ],
    ['next', 'write address, chain and operators into the policy, then "pararescue contract opt-in"'],
    ['check', '"pararescue contract status --relay … --policy …" tells what is missing'],
  ]);
}
