import type { Hex, ParaId } from '../../domain/units.ts';
import { differencesOf } from '../../domain/validation/differences.ts';
import { pageText } from '../../domain/validation/page-text.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';

interface ValidationFlags extends ClientFlags {
  readonly round?: Hex;
}

export const registerValidation: RegisterCommand = (program, io) => {
  withClientOptions(program.command('validation'), io)
    .description(
      'the validation page of a decision: what it was to do, what it did, and how to recompute each point',
    )
    .argument('<para>', 'para id', paraArgument)
    .option(
      '--round <id>',
      'of this round; of the decision that was carried out last when left out',
      hashArgument,
    )
    .action(async (paraId: ParaId, flags: ValidationFlags) => {
      const page = await (await clientOf(flags, io)).page(paraId, flags.round);
      io.stdout(flags.json ? jsonText({ ...page, differences: differencesOf(page) }) : pageText(page));
    });
};
