import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { hashArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { type OutFlags, withForceOption, writeOut } from '../shared/out-file.ts';

interface GetFlags extends ClientFlags, OutFlags {
  readonly out: string;
}

/** `pararescue code get HASH`: proposed or approved code, held against its hash. */
export function registerGet(code: Command, io: CommandIo): void {
  withForceOption(withClientOptions(code.command('get'), io))
    .description('download code that was proposed, by its hash, and check that it is that code')
    .argument('<hash>', 'blake2-256 of the code, as a proposal names it', hashArgument)
    .requiredOption('--out <file>', 'where to write it')
    .action(async (hash: Hex, flags: GetFlags) => {
      const client = await clientOf(flags, io);
      const bytes = await client.code(hash);
      const { hashCode } = await import('../../code/inspect.ts');
      if (hashCode(bytes) !== hash) {
        throw new RescueError(
          'RESCUE_CODE_INVALID',
          `nothing was written: the service gave code with hash ${hashCode(bytes)}, not ${hash}`,
        );
      }
      await writeOut(flags.out, bytes, flags);
      io.stdout(
        flags.json
          ? jsonText({ file: flags.out, codeHash: hash, size: bytes.length })
          : `written to ${flags.out}: ${bytes.length} bytes, hash ${hash}; "pararescue code inspect ${flags.out}" says what it is\n`,
      );
    });
}
