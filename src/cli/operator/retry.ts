import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { operatorTokenOf, type TokenFlags } from '../shared/operator-token.ts';

interface RetryFlags extends ClientFlags, TokenFlags {
  readonly para: ParaId;
}

export const registerRetry: RegisterCommand = (program, io) => {
  withClientOptions(program.command('retry'), io)
    .description(
      'as the operator: open a new round when a rescue is escalated, or its code builds no blocks either',
    )
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--config <file>', 'configuration of the service: where its operator token is')
    .option(
      '--token-file <file>',
      'the operator token itself (default: operator-token in .pararescue, or in PARARESCUE_DATABASE)',
    )
    .action(async (flags: RetryFlags) => {
      const client = await clientOf(flags, io, await operatorTokenOf(flags, io));
      await client.retry(flags.para);
      const { state } = await client.para(flags.para);
      io.stdout(
        flags.json ? jsonText({ paraId: flags.para, state }) : `para ${flags.para} is in state ${state}\n`,
      );
    });
};
