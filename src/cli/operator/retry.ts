import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { ParaId } from '../../domain/units.ts';
import type { ParaStatus } from '../../domain/views/status.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { operatorTokenOf, type TokenFlags, withTokenOptions } from '../shared/operator-token.ts';

interface RetryFlags extends ClientFlags, TokenFlags {
  readonly para: ParaId;
  readonly newRound?: true;
  readonly yes?: true;
}

export const registerRetry: RegisterCommand = (program, io) => {
  withTokenOptions(withClientOptions(program.command('retry'), io))
    .description('as the operator: have an approved decision that waits go on')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--new-round', 'leave the approved decision, and let holders decide anew')
    .option('--yes', 'leave it without asking again')
    .action(async (flags: RetryFlags) => {
      const client = await clientOf(flags, io, await operatorTokenOf(flags, io));
      const newRound = flags.newRound === true;
      if (newRound && !flags.yes) throw unconfirmed(await client.para(flags.para));
      await client.retry(flags.para, { newRound });
      const { state } = await client.para(flags.para);
      io.stdout(
        flags.json ? jsonText({ paraId: flags.para, state }) : `para ${flags.para} is in state ${state}\n`,
      );
    });
};

/** Says what would be left. */
function unconfirmed({ approved, state, trouble }: ParaStatus): RescueError {
  const why = trouble === null ? '' : ` It waits because: ${printable(trouble.message)}`;
  const what =
    approved === null
      ? `the para is in state ${state}, and nothing is approved`
      : `holders have approved code ${approved.codeHash} (proposal ${approved.proposal}). A new round leaves that decision for good, and all have to vote again; without --new-round it goes on.${why}`;
  return new RescueError(
    'RESCUE_REQUEST_INVALID',
    `nothing was done: ${what.replace(/\.+$/, '')}. Repeat the command with --yes to open a new round`,
  );
}
