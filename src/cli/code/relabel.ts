import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import { versionArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { type OutFlags, withForceOption, writeOut } from '../shared/out-file.ts';
import { facts } from '../shared/table.ts';

interface RelabelFlags extends CodeSourceFlags, OutFlags {
  readonly specVersion: number;
  readonly out: string;
  readonly json?: boolean;
}

export function registerRelabel(code: Command, io: CommandIo): void {
  const command = code
    .command('relabel')
    .description(
      'write the same runtime with another spec version in its label: four bytes of the module, all else as it was, compressed if it was',
    )
    .argument('<code>', 'a file, or where to find the code')
    .requiredOption(
      '--spec-version <number>',
      "the label: the spec version of the para's own code on chain",
      versionArgument,
    )
    .requiredOption('--out <file>', 'where the re-labelled runtime is written')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      `${SOURCES_HELP}\n\nThe version that was compiled in stays: extrinsics are signed for that one ("pararescue tx sign").`,
    );
  withCodeSourceOptions(withForceOption(command), io).action((source: string, flags: RelabelFlags) =>
    withCodeDesk(flags, io, async (desk) => {
      const { relabel } = await import('../../code/relabel.ts');
      const { bytes } = await desk.find(source);
      const { maxCodeSize, from } = await desk.bounds();
      const done = relabel(bytes, flags.specVersion);
      if (done.code.length > maxCodeSize && bytes.length <= maxCodeSize) {
        throw new RescueError(
          'RESCUE_CODE_INVALID',
          `The re-labelled code has ${done.code.length} bytes, and a relay chain takes ${maxCodeSize}${from === 'chain' ? '' : ' (as usual; name yours with --relay)'}: build the runtime anew with the label ${flags.specVersion}.`,
        );
      }
      await writeOut(flags.out, done.code, flags);
      const { code: written, ...rest } = done;
      const told = { ...rest, size: { before: bytes.length, after: written.length }, out: flags.out };
      io.stdout(
        flags.json
          ? jsonText(told)
          : facts([
              ['label', `${done.before} → ${done.after}`],
              ['changed', `four bytes at ${done.offset} of the unpacked module`],
              ['size', `${bytes.length} → ${written.length} bytes${done.compressed ? ', compressed' : ''}`],
              ['hash before', done.codeHashBefore],
              [
                'hash',
                `${done.codeHash} (what the relay chain has to store for blocks of it to be accepted)`,
              ],
              ['written to', flags.out],
            ]),
      );
    }),
  );
}
