import type { Command } from 'commander';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import type { FetchLimits } from '../../chain/proven/fetch-proof.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { StateCache } from '../../domain/ports/state-cache.ts';
import type { ParaId } from '../../domain/units.ts';
import type { TrialArchive, TrialPoints } from '../../trial/fork-points.ts';
import type { ForkPoint } from '../../trial/try-para.ts';
import type { CommandIo } from './io.ts';
import { warningTo } from './key-options.ts';
import { endpointOption, relayTrust, type TrustFlags, troubleTo } from './operator-options.ts';
import { readAtMost } from './read-file.ts';
import { MOST_SPEC_BYTES } from './spec-file.ts';

/** Where trials and rehearsals get their chains from. */
export interface ForkFlags extends TrustFlags {
  readonly relay?: readonly string[];
  readonly paraNode?: readonly string[];
  readonly spec?: readonly string[];
  readonly cache?: string;
  readonly archive?: string;
  readonly offline?: boolean;
}

/** `what`: a trial, a rehearsal. */
export function withForkOptions(command: Command, what: string): Command {
  return command
    .addOption(endpointOption('--relay <url>', 'the relay chain'))
    .addOption(endpointOption('--para, --para-node <url>', 'the para'))
    .option('--spec <file...>', 'chain specs of the relay chain and of the para, instead of endpoints')
    .option('--cache <folder>', `keep what was fetched in this folder, so that the ${what} can be repeated`)
    .option(
      '--archive <folder>',
      "database of a service, or a backup of one: gives the para's state where its nodes do not",
    )
    .option('--offline', `repeat the last ${what} of the para from --cache, without asking anybody`);
}

/** What is done with the chains, whichever way they are given. */
interface ForkWork<Result> {
  onSpecs(files: readonly Uint8Array[]): Promise<Result>;
  /** `beside` is the head of the other para that was asked for. */
  onPoints(paraId: ParaId, points: TrialPoints, beside: ForkPoint | null): Promise<Result>;
}

interface ForkSetting {
  /** How the command is called. */
  readonly what: string;
  /** What the forks may ask of nodes. */
  readonly limits?: FetchLimits;
  /** Another para at the same relay block. */
  readonly beside?: { readonly id: ParaId; readonly urls: readonly string[] } | null;
}

/** Opens what the flags name for `work`, and closes it afterwards. */
export async function withForks<Result>(
  para: ParaId | undefined,
  flags: ForkFlags,
  io: CommandIo,
  work: ForkWork<Result>,
  { what, limits, beside = null }: ForkSetting,
): Promise<Result> {
  if (flags.spec) {
    if (flags.relay || flags.paraNode) throw wrong('--spec takes the place of --relay and --para');
    return work.onSpecs(await Promise.all(flags.spec.map(readSpec)));
  }
  if (para === undefined) throw wrong(`say which para: its id comes behind "${what}"`);
  const cache = flags.cache === undefined ? undefined : await openCache(flags.cache);
  try {
    const { openTrialPoints, reopenTrialPoints } = await import('../../trial/fork-points.ts');
    if (flags.offline) {
      if (!cache) throw wrong('--offline needs the --cache of an earlier trial');
      const other = beside && (await reopenTrialPoints(beside.id, cache));
      return await work.onPoints(para, await reopenTrialPoints(para, cache), other?.para ?? null);
    }
    const { relay: relayUrls, paraNode: paraUrls } = flags;
    if (!relayUrls || !(paraUrls || flags.archive))
      throw wrong('give --relay and --para, or --archive where no node of the para answers, or --spec');
    return await withArchive(flags.archive, (archive) =>
      withChains(relayUrls, [paraUrls, beside?.urls], flags, io, async ({ relayHeader, relay, paras }) => {
        const [node = null, other] = paras;
        const kept = { cache, limits };
        const points = await openTrialPoints(para, relayHeader, { relay, para: node }, { ...kept, archive });
        const at =
          beside && other
            ? await openTrialPoints(beside.id, relayHeader, { relay, para: other }, kept)
            : null;
        return work.onPoints(para, points, at?.para ?? null);
      }),
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
  const { withCopy } = await import('./store-folder.ts');
  return withCopy(folder, ({ census }) => work({ node: census.node }));
}

/** Opens all chains for `work`, at the newest relay block that is held for final. */
async function withChains<Result>(
  relayUrls: readonly string[],
  paraUrls: readonly (readonly string[] | undefined)[],
  flags: TrustFlags,
  io: CommandIo,
  work: (chains: {
    readonly relay: Endpoints;
    /** Null where nobody named a node of it. */
    readonly paras: readonly (Endpoints | null)[];
    readonly relayHeader: Uint8Array;
  }) => Promise<Result>,
): Promise<Result> {
  const [{ openRelay }, { Endpoints }, { notPresent }] = await Promise.all([
    import('../../chain/relay/session.ts'),
    import('../../chain/nodes/endpoints.ts'),
    import('../../domain/chain/present.ts'),
  ]);
  const onTrouble = troubleTo(io);
  io.progress('the relay chain is asked for its newest final block');
  const relay = await openRelay({ urls: relayUrls, onTrouble, trust: await relayTrust(flags, io) });
  const paras = paraUrls.map((urls) => (urls ? new Endpoints({ urls, onTrouble }) : null));
  try {
    const { ref, bytes, time } = await relay.finalized();
    // What is true of an old block need not be so any more.
    const old = notPresent(ref.number, time, Date.now());
    if (old !== null) warningTo(io)(old);
    io.progress('state is read with its proofs');
    return await work({ relay: relay.endpoints, paras, relayHeader: bytes });
  } finally {
    await Promise.all([relay.close(), ...paras.map((para) => para?.close())]);
  }
}

async function openCache(folder: string): Promise<StateCache> {
  const { openStateCache } = await import('../../store/state-cache.ts');
  return openStateCache(folder);
}

async function readSpec(path: string): Promise<Uint8Array> {
  try {
    return await readAtMost(path, MOST_SPEC_BYTES);
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

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
