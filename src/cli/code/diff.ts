import type { Command } from 'commander';
import { MalformedBytes } from '../../bytes/reader.ts';
import { RescueError } from '../../domain/errors.ts';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';

interface DiffFlags extends CodeSourceFlags {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export function registerDiff(code: Command, io: CommandIo): void {
  const command = code
    .command('diff')
    .description(
      'how a runtime differs from another, for those who use it: versions, pallets, calls, events, errors, storage, constants, runtime APIs, what transactions carry',
    )
    .argument('<before>', 'a file, or where to find the code')
    .argument('<after>', 'a file, or where to find the code')
    .option('--json', 'print JSON for machines, with nothing left out')
    .option('--markdown', 'print Markdown, for a proposal or a comment on a change')
    .addHelpText('after', SOURCES_HELP);
  withCodeSourceOptions(command, io).action((before: string, after: string, flags: DiffFlags) =>
    withCodeDesk(flags, io, async (desk) => {
      const [{ createCodeRunner }, { diffCode }, { diffText, diffMarkdown }] = await Promise.all([
        import('../../chain/code/code-runner.ts'),
        import('../../code/diff.ts'),
        import('./diff-text.ts'),
      ]);
      const found = [await desk.find(before), await desk.find(after)] as const;
      const runner = createCodeRunner();
      try {
        const [one, other] = [await runner.metadata(found[0].bytes), await runner.metadata(found[1].bytes)];
        const diff = diffCode(
          { code: found[0].bytes, metadata: one },
          { code: found[1].bytes, metadata: other },
        );
        const named = { ...diff, names: { before: found[0].name, after: found[1].name } };
        io.stdout(flags.json ? jsonText(named) : flags.markdown ? diffMarkdown(named) : diffText(named));
      } catch (cause) {
        if (!(cause instanceof MalformedBytes)) throw cause;
        throw new RescueError('RESCUE_CODE_INVALID', `The code cannot be compared: ${cause.message}.`, {
          cause,
        });
      } finally {
        await runner.close();
      }
    }),
  );
}
