import type { Command } from 'commander';
import type { Hex } from '../../domain/units.ts';
import { blockArgument, hashArgument } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import { carryOutAct } from './call.ts';
import { type ContractFlags, withCallOptions, withContract, withContractOptions } from './options.ts';

/** What guardians and watchers say about a decision without looking at a vote. */
export function registerWatch(group: Command, io: CommandIo): void {
  withCallOptions(withContractOptions(group.command('veto')), "a guardian's")
    .description(
      'as a guardian: forbid a decision for good; the same vote can only be decided as another attempt',
    )
    .requiredOption('--id <hash>', 'id of the decision', hashArgument)
    .action((flags: ContractFlags & { readonly id: Hex }) =>
      withContract(flags, io, async (session) => {
        const { id } = flags;
        const known = await session.contract.decision(id);
        const terms = {
          obstacles: [],
          warnings: known
            ? [`it stands for the code ${known.decision.codeHash}, and a veto cannot be taken back`]
            : [],
          effect: `decision ${id} can never be executed`,
        };
        await carryOutAct(session, { kind: 'veto', id }, terms, flags, io);
      }),
    );

  withCallOptions(withContractOptions(group.command('report-head')), "a watcher's")
    .description('as a watcher: report that the para lives on; decisions on earlier heads lose your support')
    .requiredOption('--number <n>', "number of the para's included head", blockArgument)
    .action((flags: ContractFlags & { readonly number: number }) =>
      withContract(flags, io, async (session) => {
        const { number } = flags;
        const terms = {
          obstacles: [],
          warnings: [
            `until the watchers are rotated, you cannot attest a decision on a head before block ${number}`,
          ],
          effect: `head ${number} is reported`,
        };
        await carryOutAct(session, { kind: 'report-head', number }, terms, flags, io);
      }),
    );
}
