import { type Command, InvalidArgumentError } from 'commander';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { type UpgradeVerdict, upgradeVerdict } from '../../domain/upgrade/report.ts';
import type { TrialPoints } from '../../trial/fork-points.ts';
import type { UpgradeOutput } from '../../trial/trial-jobs.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import { type ForkFlags, withForkOptions, withForks } from '../shared/fork-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { withTrustOptions } from '../shared/operator-options.ts';
import { type ExaminedUpgrade, upgradeText } from '../shared/upgrade-text.ts';

interface UpgradeFlags extends ForkFlags {
  readonly code: string;
  readonly blocks: number;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Exit status, for pipelines; 1 is an error. */
const EXIT = { works: 0, unknown: 4, fails: 5 } as const satisfies Record<UpgradeVerdict, number>;

/** The present code enacts the upgrade in the first block; the new one builds the others. */
const USUAL_BLOCKS = 5;
const FEWEST_BLOCKS = 2;
const MOST_BLOCKS = 1_000;
const LIMITS = { computeMs: 30 * 60_000, stepMs: 60_000, deadlineMs: 60 * 60_000 };

export function registerDoctorUpgrade(doctor: Command, io: CommandIo): void {
  const command = doctor
    .command('upgrade')
    .description(
      "whether the living para could upgrade itself to this code: versions, size, imports, the chains' rules, and its first blocks, really tried",
    )
    .argument('[para]', 'para id; with --spec the one of the spec', paraArgument)
    .requiredOption('--code <file>', 'the new runtime, wasm or compressed wasm')
    .option(
      '--blocks <number>',
      'blocks to build: the first enacts the upgrade, the new code builds the others',
      blocksArgument,
      USUAL_BLOCKS,
    )
    .option('--json', 'print JSON for machines')
    .option('--markdown', 'print Markdown, for a comment on a change')
    .addHelpText(
      'after',
      '\nExit status: 0 the upgrade would work, 1 error, 4 that cannot be told, 5 it would fail.',
    );
  withTrustOptions(withForkOptions(command, 'trial')).action(
    async (para: ParaId | undefined, flags: UpgradeFlags) => {
      const examined = await examine(para, flags, io);
      io.stdout(
        flags.json ? jsonText(examined) : upgradeText(examined, { isMarkdown: flags.markdown === true }),
      );
      io.finish(EXIT[examined.verdict]);
    },
  );
}

function blocksArgument(text: string): number {
  const count = countArgument(text);
  if (count >= FEWEST_BLOCKS && count <= MOST_BLOCKS) return count;
  throw new InvalidArgumentError(`it is a number from ${FEWEST_BLOCKS} to ${MOST_BLOCKS}.`);
}

async function examine(
  para: ParaId | undefined,
  flags: UpgradeFlags,
  io: CommandIo,
): Promise<ExaminedUpgrade> {
  const code = await readCodeFile(flags.code);
  const [
    { createTrialThread, readUpgrade, readUpgradeOfSpecs, tryUpgrade, tryUpgradeOfSpecs },
    { preflight },
  ] = await Promise.all([import('../../trial/try-para.ts'), import('../../code/preflight.ts')]);
  const thread = createTrialThread(LIMITS);
  const onBlock = (block: number) => io.progress(`block ${block} of ${flags.blocks} is tried`);
  const trial = {
    blocks: flags.blocks,
    proposal: code,
    difference: { watched: [] },
    signal: io.signal,
    onBlock,
  };
  /** The chains first: what cannot be tried is still held against them. */
  const examineWith = async (
    read: () => ReturnType<typeof readUpgrade>,
    tryIt: () => Promise<UpgradeOutput>,
  ): Promise<ExaminedUpgrade> => {
    const { paraId, state } = await read();
    let output: UpgradeOutput | null = null;
    let trouble = '';
    try {
      output = await tryIt();
    } catch (error) {
      if (!(isUntried(error) || isNodeTrouble(error))) throw error;
      trouble = messageOf(error);
    }
    const tried = output
      ? { ...output, verdict: output.report.verdict, built: output.report.blocks.length }
      : { trouble };
    const checks = preflight(code, state, tried);
    const shown = output && { report: output.report, difference: output.difference };
    return { verdict: upgradeVerdict(checks), paraId, checks, trial: shown };
  };
  try {
    const work = {
      onSpecs: (files: readonly Uint8Array[]) => {
        const specs = { ...trial, files, paraId: para ?? null };
        return examineWith(
          () => readUpgradeOfSpecs(thread, specs),
          () => tryUpgradeOfSpecs(thread, specs),
        );
      },
      onPoints: (paraId: ParaId, points: TrialPoints) => {
        const at = { ...trial, ...points, paraId };
        return examineWith(
          () => readUpgrade(thread, at),
          () => tryUpgrade(thread, at),
        );
      },
    };
    return await withForks(para, flags, io, work, { what: 'doctor upgrade' });
  } finally {
    await thread.close();
  }
}

/** What says nothing of the code: that it could not be tried at all. */
function isUntried(error: unknown): boolean {
  return (
    error instanceof RescueError &&
    (error.code === 'RESCUE_EXECUTION_FAILED' || error.code === 'RESCUE_CHAIN_REFUSES')
  );
}
