import type { Command } from 'commander';
import { vetoesToForbid } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { hashArgument } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import { carryOutAct } from './call.ts';
import {
  type ContractFlags,
  requireCaller,
  withCallOptions,
  withContract,
  withContractOptions,
} from './options.ts';

/** What guardians and watchers say about a decision without looking at a vote. */
export function registerWatch(group: Command, io: CommandIo): void {
  withCallOptions(withContractOptions(group.command('veto')), "a guardian's")
    .description(
      'as a guardian: object to the decision that was reached; the first veto holds it up once more, enough of them forbid it',
    )
    .requiredOption('--id <hash>', 'id of the decision', hashArgument)
    .action((flags: ContractFlags & { readonly id: Hex }) =>
      withContract(flags, io, async (session) => {
        const { id } = flags;
        const { contract, state } = session;
        const known = await contract.decision(id);
        const needed = vetoesToForbid(state.guardians.length);
        const count = (known?.vetoes ?? 0) + 1;
        const forbids = needed !== null && count >= needed;
        const terms = {
          obstacles: [],
          warnings: known
            ? [`it stands for the code ${known.decision.codeHash}, and a veto cannot be taken back`]
            : [],
          effect: forbids
            ? `decision ${id} can never be executed, and its round is over: the holders would have to vote again`
            : `decision ${id} is held up; ${needed === null ? 'one guardian forbids nothing' : `${count} of ${needed} vetoes that forbid it`}`,
        };
        await carryOutAct(session, { kind: 'veto', id }, terms, flags, io);
      }),
    );

  withCallOptions(withContractOptions(group.command('withdraw')), "a watcher's")
    .description(
      'as a watcher: leave the round of the decision that you support, because the head is another one',
    )
    .action((flags: ContractFlags) =>
      withContract(flags, io, async (session) => {
        const { contract, state } = session;
        const self = contract.addressOf(requireCaller(session));
        const id = state.watchers.find(({ address }) => address === self)?.supports ?? null;
        if (id === null) {
          throw new RescueError('RESCUE_CONTRACT_REFUSES', `${self} supports no decision of this contract`);
        }
        const terms = {
          obstacles: [],
          warnings: ['until watchers are rotated, you take no part in that round any more'],
          effect: `decision ${id} has one watcher less behind it`,
        };
        await carryOutAct(session, { kind: 'withdraw', id }, terms, flags, io);
      }),
    );
}
