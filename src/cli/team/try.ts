import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { StateCache } from '../../domain/ports/state-cache.ts';
import type { ParaId } from '../../domain/units.ts';
import type { TrialArchive } from '../../trial/fork-points.ts';
import type { TrialOutput } from '../../trial/trial-jobs.ts';
import type { TrialThread } from '../../trial/try-para.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import {
  endpointOption,
  relayTrust,
  type TrustFlags,
  troubleTo,
  withTrustOptions,
} from '../shared/operator-options.ts';

interface TryFlags extends TrustFlags {
  readonly relay?: readonly string[];
  readonly paraNode?: readonly string[];
  readonly spec?: readonly string[];
  readonly code?: string;
  readonly substitute?: string;
  readonly blocks: number;
  readonly diff?: boolean;
  readonly cache?: string;
  readonly archive?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const MOST_BLOCKS = 1_000;

export const registerTry: RegisterCommand = (program, io) => {
  const command = program
    .command('try')
    .description(
      "build the para's next blocks here, on proven state, and validate them as validators do; status 1 when one fails",
    )
    .argument('[para]', 'para id; with --spec the one of the spec', paraArgument)
    .addOption(endpointOption('--relay <url>', 'the relay chain'))
    .addOption(endpointOption('--para, --para-node <url>', 'the para'))
    .option('--spec <file...>', 'chain specs of the relay chain and of the para, instead of endpoints')
    .option('--code <file>', 'proposed code: as a substitute on all nodes, and as what validators run')
    .option('--substitute <file>', "code that the para's nodes run instead of its own; validators do not")
    .option('--blocks <number>', 'blocks to build, each on the one before', blocksArgument, 1)
    .option('--diff', 'print what the blocks change in the state')
    .option('--cache <folder>', 'keep what was fetched in this folder, so that the trial can be repeated')
    .option(
      '--archive <folder>',
      "database of a service, or a backup of one: gives the para's state where its nodes do not",
    )
    .option('--offline', 'repeat the last trial of the para from --cache, without asking anybody')
    .option('--json', 'print JSON for machines');
  withTrustOptions(command).action(async (para: ParaId | undefined, flags: TryFlags) => {
    const output = await tried(para, flags, io);
    if (flags.json) io.stdout(jsonText(output));
    else {
      const { trialText, differenceText } = await import('../shared/trial-text.ts');
      io.stdout(trialText(output.report));
      if (output.difference) io.stdout(`\n${differenceText(output.difference)}`);
    }
    requireAccepted(output);
  });
};

function blocksArgument(text: string): number {
  const count = countArgument(text);
  if (count >= 1 && count <= MOST_BLOCKS) return count;
  throw new InvalidArgumentError(`it is a number from 1 to ${MOST_BLOCKS}.`);
}

async function tried(para: ParaId | undefined, flags: TryFlags, io: CommandIo): Promise<TrialOutput> {
  const { createTrialThread } = await import('../../trial/try-para.ts');
  const thread = createTrialThread();
  try {
    return await (flags.spec
      ? onSpecs(para, flags, thread, io)
      : onChains(requirePara(para), flags, thread, io));
  } finally {
    await thread.close();
  }
}

async function onSpecs(
  para: ParaId | undefined,
  flags: TryFlags,
  thread: TrialThread,
  io: CommandIo,
): Promise<TrialOutput> {
  if (flags.relay || flags.paraNode) throw wrong('--spec takes the place of --relay and --para');
  const [{ trySpecs }, files] = await Promise.all([
    import('../../trial/try-para.ts'),
    Promise.all((flags.spec ?? []).map(readSpec)),
  ]);
  return trySpecs(thread, { ...(await trialOf(flags, io)), files, paraId: para ?? null });
}

async function onChains(
  paraId: ParaId,
  flags: TryFlags,
  thread: TrialThread,
  io: CommandIo,
): Promise<TrialOutput> {
  const cache = flags.cache === undefined ? undefined : await openCache(flags.cache);
  try {
    const { tryPara } = await import('../../trial/try-para.ts');
    const { openTrialPoints, reopenTrialPoints } = await import('../../trial/fork-points.ts');
    const trial = { ...(await trialOf(flags, io)), paraId };
    if (flags.offline) {
      if (!cache) throw wrong('--offline needs the --cache of an earlier trial');
      return await tryPara(thread, { ...trial, ...(await reopenTrialPoints(paraId, cache)) });
    }
    const { relay: relayUrls, paraNode: paraUrls } = flags;
    if (!relayUrls || !(paraUrls || flags.archive))
      throw wrong('give --relay and --para, or --archive where no node of the para answers, or --spec');
    return await withArchive(flags.archive, (archive) =>
      withChains(relayUrls, paraUrls, flags, io, async ({ relay, para, relayHeader }) =>
        tryPara(thread, {
          ...trial,
          ...(await openTrialPoints(paraId, relayHeader, { relay, para }, { cache, archive })),
        }),
      ),
    );
  } finally {
    await cache?.close();
  }
}

/** Only reads: the database is copied first, and nothing of a trial is put into it. */
async function withArchive<Result>(
  folder: string | undefined,
  work: (archive: TrialArchive | undefined) => Promise<Result>,
): Promise<Result> {
  if (folder === undefined) return work(undefined);
  const { withCopy } = await import('../shared/store-folder.ts');
  return withCopy(folder, ({ census }) => work({ node: census.node }));
}

async function trialOf(flags: TryFlags, io: CommandIo) {
  return {
    blocks: flags.blocks,
    proposal: flags.code === undefined ? undefined : await readCodeFile(flags.code),
    substitute: flags.substitute === undefined ? undefined : await readCodeFile(flags.substitute),
    difference: flags.diff ? { watched: [] } : undefined,
    signal: io.signal,
  };
}

/** Opens both chains for `work`, at the newest relay block that is held for final. */
async function withChains<Result>(
  relayUrls: readonly string[],
  paraUrls: readonly string[] | undefined,
  flags: TrustFlags,
  io: CommandIo,
  work: (chains: {
    readonly relay: Endpoints;
    /** Null where nobody named a node of it. */
    readonly para: Endpoints | null;
    readonly relayHeader: Uint8Array;
  }) => Promise<Result>,
): Promise<Result> {
  const [{ openRelay }, { Endpoints }, { notPresent }] = await Promise.all([
    import('../../chain/relay/session.ts'),
    import('../../chain/nodes/endpoints.ts'),
    import('../../domain/chain/present.ts'),
  ]);
  const onTrouble = troubleTo(io);
  const relay = await openRelay({ urls: relayUrls, onTrouble, trust: await relayTrust(flags, io) });
  const para = paraUrls ? new Endpoints({ urls: paraUrls, onTrouble }) : null;
  try {
    const { ref, bytes, time } = await relay.finalized();
    // What is true of an old block need not be so any more.
    const old = notPresent(ref.number, time, Date.now());
    if (old !== null) warningTo(io)(old);
    return await work({ relay: relay.endpoints, para, relayHeader: bytes });
  } finally {
    await Promise.all([relay.close(), para?.close()]);
  }
}

async function openCache(folder: string): Promise<StateCache> {
  const { openStateCache } = await import('../../store/state-cache.ts');
  return openStateCache(folder);
}

async function readSpec(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_SPEC_INVALID',
      `the chain spec ${path} cannot be read: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

function requirePara(para: ParaId | undefined): ParaId {
  if (para !== undefined) return para;
  throw wrong('say which para: its id comes behind "try"');
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

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
