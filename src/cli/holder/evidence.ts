import { coded } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { type OutFlags, withForceOption, writeStreamOut } from '../shared/out-file.ts';
import { counted, megabytes } from '../shared/progress.ts';

interface EvidenceFlags extends ClientFlags, OutFlags {
  readonly para: ParaId;
  readonly out: string;
}

/** `pararescue evidence`: everything that a vote is recomputed from, in one file. */
export const registerEvidence: RegisterCommand = (program, io) => {
  withForceOption(withClientOptions(program.command('evidence'), io))
    .description('download the evidence of the open or last vote, to be checked with "pararescue verify"')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .requiredOption('--out <file>', 'where to write the bundle')
    .action(async (flags: EvidenceFlags) => {
      const bytes = counted(
        await (await clientOf(flags, io)).evidence(flags.para),
        io,
        (size) => `${megabytes(size)} of evidence`,
      );
      try {
        await writeStreamOut(flags.out, bytes, flags);
      } catch (error) {
        throw coded(error, 'RESCUE_SERVICE_UNREACHABLE', `The evidence could not be written to ${flags.out}`);
      }
      io.stdout(
        flags.json
          ? jsonText({ file: flags.out })
          : `written to ${flags.out}; check it with "pararescue verify ${flags.out}"\n`,
      );
    });
};
