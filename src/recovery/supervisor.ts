import { fromPromise } from 'xstate';
import type { FreezeAnchorInput, StepInput } from '../../machines/context.ts';
import { type BlockFeed, createBlockFeed } from '../domain/chain/block-feed.ts';
import type { RelayObservation } from '../domain/chain/observation.ts';
import { readStall } from '../domain/chain/stall.ts';
import { isNodeTrouble, messageOf } from '../domain/errors.ts';
import type { EventData, EventName, ServiceEvent } from '../domain/events.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Peer } from '../domain/ports/peer.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { Anchor } from '../domain/round/round.ts';
import type { RoutePlan } from '../domain/route/route.ts';
import type { ParaId } from '../domain/units.ts';
import { submitThroughContract } from '../routes/contract/route-actors.ts';
import { planRoute, relockStep, scheduleStep } from '../routes/route-actors.ts';
import { createStepExecutor } from '../routes/step-executor.ts';
import { censusPrefixes } from '../voting/census/prefixes.ts';
import { type CensusKeeper, createCensusKeeper } from './census/keeper.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { freezeAnchor } from './para/anchor-freezer.ts';
import { createDiagnostician } from './para/diagnostician.ts';
import { type RecoveryActors, startMachine } from './para/machine-runner.ts';
import { createParaTracker, type ParaTracker, type WatchedPara } from './para/tracker.ts';

export interface SupervisorOptions {
  readonly relay: RelayReader;
  readonly submitter: RelaySubmitter;
  readonly snapshots: SnapshotStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  readonly paras: readonly WatchedPara[];
  /** Other services that watch the same paras. */
  readonly peers: readonly Peer[];
  readonly now: () => number;
  readonly onEvent: (event: ServiceEvent) => void;
  /** The database does not take writes any more: the process must end, and can be started again. */
  readonly onFatal: (error: unknown) => void;
}

/** Starts, feeds, saves and restores the machines of all paras. */
export interface Supervisor {
  readonly trackers: ReadonlyMap<ParaId, ParaTracker>;
  readonly hub: EventHub;
  readonly feed: BlockFeed;
  readonly census: CensusKeeper;
  latest(): RelayObservation | null;
  /** Watches until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Heads that stopped within so many relay blocks of each other stopped together. */
const TOGETHER = 2;

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { relay, snapshots, journal, ledger, submitter } = options;
  const trackers = new Map<ParaId, ParaTracker>();
  const feed = createBlockFeed();
  const hub = createEventHub({
    log: snapshots,
    relayBlock: (paraId) => feed.latest(paraId)?.relay.number ?? null,
    onEvent: options.onEvent,
    onFailed: options.onFatal,
  });
  const census = createCensusKeeper({ store: options.census, tell: hub.tell });
  const steps = createStepExecutor({ feed, journal, tell: hub.tell });
  const contracts = new Map(options.paras.flatMap(({ id, contract }) => (contract ? [[id, contract]] : [])));
  const routes = { feed, relay, ledger, submitter, contracts };
  let latest: RelayObservation | null = null;

  const actorsOf = (para: WatchedPara, saved: () => Promise<void>): NonNullable<RecoveryActors> => ({
    freezeAnchor: fromPromise<Anchor, FreezeAnchorInput>(({ input }) =>
      freezeAnchor({ relay, para: para.reader, ledger }, input),
    ),
    planRoute: fromPromise<RoutePlan, StepInput>(({ input, signal }) =>
      throughNodeTrouble(para.id, signal, () => planRoute(routes, input, signal)),
    ),
    authoriseStep: fromPromise<void, StepInput>(async ({ input, signal }) => {
      // What is to be signed for the contract follows from what others have done there by then.
      if (input.plan?.route === 'contract') return;
      const step = scheduleStep(routes, input);
      await throughNodeTrouble(para.id, signal, () => steps.authorise(step, saved, signal));
    }),
    submitStep: fromPromise<void, StepInput>(async ({ input, signal }) => {
      await saved();
      if (input.plan?.route !== 'contract') return steps.submit(scheduleStep(routes, input), signal);
      const context = {
        ...routes,
        steps,
        saved,
        census: options.census,
        peers: options.peers,
        tell: <Name extends EventName>(name: Name, data: EventData<Name>) => hub.tell(para.id, name, data),
        openRound: async () => {
          const tracker = trackers.get(para.id);
          return tracker ? tracker.queue.run(tracker.openRound) : null;
        },
      };
      return submitThroughContract(context, input, signal);
    }),
    relock: fromPromise<void, StepInput>(async ({ input, signal }) => {
      if (input.plan?.route === 'contract') {
        hub.tell(para.id, 'lock-left-to-para', {});
        return;
      }
      const step = relockStep(routes, input);
      await throughNodeTrouble(para.id, signal, () => steps.authorise(step, saved, signal));
      // Nobody must wait for an outside signer to go on watching a living para.
      if (submitter.signer() !== null) await steps.submit(step, signal);
    }),
  });

  /** Nodes come back: the same act is tried again at each new block until it works or fails for a reason of its own. */
  const throughNodeTrouble = async <Result>(
    paraId: ParaId,
    signal: AbortSignal,
    act: () => Promise<Result>,
  ): Promise<Result> => {
    for (;;) {
      const seen = feed.latest(paraId)?.relay.number ?? -1;
      try {
        return await act();
      } catch (error) {
        if (!isNodeTrouble(error)) throw error;
        hub.tell(paraId, 'node-trouble', { reason: messageOf(error) });
        await feed.next(paraId, seen, signal);
      }
    }
  };

  const openTracker = async (para: WatchedPara): Promise<ParaTracker> => {
    const runner = await startMachine({
      paraId: para.id,
      snapshots,
      actors: (saved) => actorsOf(para, saved),
      now: options.now,
      onSaved: hub.announce,
      onSaveFailed: options.onFatal,
    });
    const diagnostician = createDiagnostician(para.reader, () => {
      const tracker = trackers.get(para.id);
      if (tracker) report(tracker, tracker.queue.run(tracker.review));
    });
    return createParaTracker({
      para,
      runner,
      ledger,
      feed,
      diagnostician,
      onAnchor: ({ anchor, policy, layout }) =>
        census.keep({
          paraId: para.id,
          head: anchor.head,
          prefixes: censusPrefixes(policy, layout),
          sources: para.nodes,
        }),
    });
  };

  /** What goes wrong while one block is taken in is told, and the next block is tried. */
  const report = (tracker: ParaTracker, work: Promise<void>): Promise<void> =>
    work.catch((error) => hub.tell(tracker.para.id, 'trouble', { reason: messageOf(error) }));

  for (const para of options.paras) trackers.set(para.id, await openTracker(para));

  return {
    trackers,
    hub,
    feed,
    census,
    latest: () => latest,
    run: async (signal) => {
      for await (const observation of relay.watch([...trackers.keys()], signal)) {
        latest = observation;
        await Promise.all(
          observation.paras.map((seen) => {
            const tracker = trackers.get(seen.paraId);
            if (!tracker) return undefined;
            const fleet = fleetOf(observation, tracker);
            return report(
              tracker,
              tracker.queue.run(() =>
                tracker.observe({ observation: seen, relaySpecVersion: observation.relaySpecVersion, fleet }),
              ),
            );
          }),
        );
      }
    },
    stop: async () => {
      await census.stop();
      await Promise.all([...trackers.values()].map((tracker) => tracker.queue.idle()));
      await Promise.all([...trackers.values()].map((tracker) => tracker.runner.stop()));
      await hub.written();
    },
  };
}

function fleetOf(
  { paras }: RelayObservation,
  tracker: ParaTracker,
): { watched: number; stoppedTogether: number } {
  const withCore = paras.filter((para) => para.hasCore !== false && para.mostRecentContext !== null);
  const own = paras.find((para) => para.paraId === tracker.para.id)?.mostRecentContext ?? null;
  const together = withCore.filter(
    (para) =>
      own !== null &&
      para.mostRecentContext !== null &&
      Math.abs(para.mostRecentContext - own) <= TOGETHER &&
      readStall(para, tracker.para.stallGapBlocks).stalled,
  );
  return { watched: withCore.length, stoppedTogether: together.length };
}
