import { writeFile } from 'node:fs/promises';
import { printable } from '../../domain/plain-text.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { facts } from '../shared/table.ts';

interface SubstituteFlags extends ClientFlags {
  readonly para: ParaId;
  readonly out?: string;
}

export const registerSubstitute: RegisterCommand = (program, io) => {
  withClientOptions(program.command('substitute'), io)
    .description('what node operators put into codeSubstitutes of the chain spec after a vote')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--out <file>', 'writes { "<block>": "<code>" } to a file')
    .action(async (flags: SubstituteFlags) => {
      const found = await (await clientOf(flags, io)).substitute(flags.para);
      if (flags.out !== undefined) await writeFile(flags.out, jsonText({ [found.blockNumber]: found.code }));
      if (flags.json) io.stdout(jsonText(found));
      else {
        io.stdout(
          facts([
            ['block', String(found.blockNumber)],
            ['code', `${found.codeHash} (${(found.code.length - 2) / 2} bytes)`],
            ['what to do', printable(found.text)],
            ['written to', flags.out ?? null],
          ]),
        );
      }
    });
};
