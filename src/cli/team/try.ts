import { InvalidArgumentError } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import type { TrialPoints } from '../../trial/fork-points.ts';
import type { TrialOutput } from '../../trial/trial-jobs.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import { type ForkFlags, withForkOptions, withForks } from '../shared/fork-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { withTrustOptions } from '../shared/operator-options.ts';

interface TryFlags extends ForkFlags {
  readonly code?: string;
  readonly substitute?: string;
  readonly blocks: number;
  readonly diff?: boolean;
  readonly json?: boolean;
}

const MOST_BLOCKS = 1_000;
/** As many blocks may take their time; each of them as much as a single one. */
const LIMITS = { computeMs: 30 * 60_000, stepMs: 60_000, deadlineMs: 60 * 60_000 };

export const registerTry: RegisterCommand = (program, io) => {
  const command = program
    .command('try')
    .description(
      "build the para's next blocks here, on proven state, and validate them as validators do; status 1 when one fails",
    )
    .argument('[para]', 'para id; with --spec the one of the spec', paraArgument)
    .option('--code <file>', 'proposed code: as a substitute on all nodes, and as what validators run')
    .option('--substitute <file>', "code that the para's nodes run instead of its own; validators do not")
    .option('--blocks <number>', 'blocks to build, each on the one before', blocksArgument, 1)
    .option('--diff', 'print what the blocks change in the state')
    .option('--json', 'print JSON for machines');
  withTrustOptions(withForkOptions(command, 'trial')).action(
    async (para: ParaId | undefined, flags: TryFlags) => {
      const output = await tried(para, flags, io);
      if (flags.json) io.stdout(jsonText(output));
      else {
        const { trialText, differenceText } = await import('../shared/trial-text.ts');
        io.stdout(trialText(output.report));
        if (output.difference) io.stdout(`\n${differenceText(output.difference)}`);
      }
      requireAccepted(output);
    },
  );
};

function blocksArgument(text: string): number {
  const count = countArgument(text);
  if (count >= 1 && count <= MOST_BLOCKS) return count;
  throw new InvalidArgumentError(`it is a number from 1 to ${MOST_BLOCKS}.`);
}

async function tried(para: ParaId | undefined, flags: TryFlags, io: CommandIo): Promise<TrialOutput> {
  const { createTrialThread, tryPara, trySpecs } = await import('../../trial/try-para.ts');
  const thread = createTrialThread(LIMITS);
  try {
    const trial = await trialOf(flags, io);
    const work = {
      onSpecs: (files: readonly Uint8Array[]) => trySpecs(thread, { ...trial, files, paraId: para ?? null }),
      onPoints: (paraId: ParaId, points: TrialPoints) => tryPara(thread, { ...trial, ...points, paraId }),
    };
    return await withForks(para, flags, io, work, { what: 'try' });
  } finally {
    await thread.close();
  }
}

async function trialOf(flags: TryFlags, io: CommandIo) {
  return {
    blocks: flags.blocks,
    proposal: flags.code === undefined ? undefined : await readCodeFile(flags.code),
    substitute: flags.substitute === undefined ? undefined : await readCodeFile(flags.substitute),
    difference: flags.diff ? { watched: [] } : undefined,
    signal: io.signal,
    onBlock: (block: number) => io.progress(`block ${block} of ${flags.blocks} is tried`),
  };
}

/** For scripts and cron: a failed trial ends with status 1. @throws RESCUE_TRIAL_FAILED */
function requireAccepted({ report: { verdict, paraId } }: TrialOutput): void {
  if (verdict.kind === 'accepted') return;
  throw new RescueError(
    'RESCUE_TRIAL_FAILED',
    `block ${verdict.block} of the trial of para ${paraId} fails: ${verdict.known?.sentence ?? verdict.words}`,
    { details: { stage: verdict.stage } },
  );
}
