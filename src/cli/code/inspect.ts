import type { Command } from 'commander';
import { upgradeVerdict } from '../../domain/upgrade/report.ts';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { codeExit, EXIT_HELP } from './exit.ts';

interface InspectFlags extends CodeSourceFlags {
  readonly json?: boolean;
}

export function registerInspect(code: Command, io: CommandIo): void {
  const command = code
    .command('inspect')
    .description(
      'what a runtime is: hash, size, versions, runtime APIs, imports and exports; whether its label is true, and what nodes and validators would refuse',
    )
    .argument('<code>', 'a file, or where to find the code')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', `${SOURCES_HELP}\n${EXIT_HELP}`);
  withCodeSourceOptions(command, io).action((source: string, flags: InspectFlags) =>
    withCodeDesk(flags, io, async (desk) => {
      const [{ describeCode }, { labelFindings }, { createCodeRunner }, { inspectText }] = await Promise.all([
        import('../../code/describe.ts'),
        import('../../code/label-findings.ts'),
        import('../../chain/code/code-runner.ts'),
        import('./inspect-text.ts'),
      ]);
      const found = await desk.find(source);
      const described = describeCode(found.bytes, await desk.bounds());
      const runner = createCodeRunner();
      try {
        const compiled = described.exports.includes('Core_version')
          ? await runner.compiledVersion(found.bytes)
          : 'it does not export Core_version';
        const findings = [...described.findings, ...labelFindings(described.label, compiled)];
        const inspected = {
          source: found.name,
          trust: found.trust,
          ...described,
          compiled: typeof compiled === 'string' ? null : compiled,
          findings,
        };
        io.stdout(flags.json ? jsonText(inspected) : inspectText(inspected));
        io.finish(codeExit(upgradeVerdict(findings)));
      } finally {
        await runner.close();
      }
    }),
  );
}
