import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { operatorTokenOf, type TokenFlags, withTokenOptions } from '../shared/operator-token.ts';

interface RetryFlags extends ClientFlags, TokenFlags {
  readonly para: ParaId;
}

export const registerRetry: RegisterCommand = (program, io) => {
  withTokenOptions(withClientOptions(program.command('retry'), io))
    .description(
      'as the operator: open a new round when a rescue is escalated, or its code builds no blocks either',
    )
    .requiredOption('--para <id>', 'para id', paraArgument)
    .action(async (flags: RetryFlags) => {
      const client = await clientOf(flags, io, await operatorTokenOf(flags, io));
      await client.retry(flags.para);
      const { state } = await client.para(flags.para);
      io.stdout(
        flags.json ? jsonText({ paraId: flags.para, state }) : `para ${flags.para} is in state ${state}\n`,
      );
    });
};
