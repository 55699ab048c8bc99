import type { Command } from 'commander';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { facts } from '../shared/table.ts';

export function registerHash(code: Command, io: CommandIo): void {
  const command = code
    .command('hash')
    .description(
      'blake2-256 of code: of the bytes as they are, which is what a relay chain stores, and of the unpacked module',
    )
    .argument('<code>', 'a file, or where to find the code')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', SOURCES_HELP);
  withCodeSourceOptions(command, io).action(
    (source: string, flags: CodeSourceFlags & { readonly json?: boolean }) =>
      withCodeDesk(flags, io, async (desk) => {
        const { hashesOf } = await import('../../code/hashes.ts');
        const { bytes } = await desk.find(source);
        const { codeHash, unpackedHash, compressed } = hashesOf(bytes);
        io.stdout(
          flags.json
            ? jsonText({ codeHash, unpackedHash, compressed, size: bytes.length })
            : facts([
                ['as it is', `${codeHash} (what a relay chain stores)`],
                [
                  'unpacked',
                  unpackedHash === null
                    ? 'cannot be unpacked'
                    : compressed
                      ? unpackedHash
                      : `${unpackedHash} (the same: it is not compressed)`,
                ],
              ]),
        );
      }),
  );
}
