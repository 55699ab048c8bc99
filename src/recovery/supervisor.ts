import { type BlockFeed, createBlockFeed } from '../domain/chain/block-feed.ts';
import { type Condition, conditionOf } from '../domain/chain/condition.ts';
import type { RelayObservation } from '../domain/chain/observation.ts';
import { highestPossible } from '../domain/chain/possible.ts';
import type { Sight } from '../domain/chain/sight.ts';
import { readStall } from '../domain/chain/stall.ts';
import { messageOf } from '../domain/errors.ts';
import type { ServiceEvent, TellOfPara } from '../domain/events.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { Incidents } from '../domain/ports/incidents.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Losses } from '../domain/ports/losses.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { ParaId } from '../domain/units.ts';
import { heldBy, type StoreFinding } from '../domain/views/store.ts';
import { createExecutor } from '../routes/executor.ts';
import type { Routes } from '../routes/route.ts';
import { executorEvents } from '../routes/step-events.ts';
import { censusPrefixes } from '../voting/census/prefixes.ts';
import type { OpenRound } from '../voting/open-round.ts';
import { type CensusKeeper, createCensusKeeper } from './census/keeper.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createLookout } from './lookout.ts';
import { createActors } from './para/actors.ts';
import { freezeAnchor } from './para/anchor-freezer.ts';
import { createConditionTeller } from './para/conditions.ts';
import { createDiagnostician } from './para/diagnostician.ts';
import { heldMachine } from './para/held.ts';
import { createIncidentKeeper } from './para/incident-keeper.ts';
import { lookBack } from './para/look-back.ts';
import { createParaLosses, NO_LOSSES } from './para/losses.ts';
import { startMachine } from './para/machine-runner.ts';
import { createParaTracker, type ParaTracker, type WatchedPara } from './para/tracker.ts';

/** What routes are told by the service that carries decisions out with them. */
export interface RouteHooks {
  readonly openRound: (paraId: ParaId) => Promise<OpenRound | null>;
  readonly tell: (paraId: ParaId) => TellOfPara;
}

export interface SupervisorOptions {
  readonly relay: RelayReader;
  readonly snapshots: SnapshotStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  /** What the database lacks. */
  readonly findings: readonly StoreFinding[];
  readonly losses: Losses;
  readonly incidents: Incidents;
  readonly paras: readonly WatchedPara[];
  /** Makes the routes that this service has. */
  readonly routes: (hooks: RouteHooks) => Routes;
  /** Milliseconds without a look at the present after which nothing is said of any para. */
  readonly blindAfterMs: number;
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
  readonly routes: Routes;
  latest(): RelayObservation | null;
  /** What can be said of the para now. */
  condition(tracker: ParaTracker): Condition;
  /** How well the present of the relay chain is seen. */
  sight(): Sight;
  /** Watches until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Heads that stopped within so many relay blocks of each other stopped together. */
const TOGETHER = 2;

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { relay, snapshots, journal, ledger } = options;
  const trackers = new Map<ParaId, ParaTracker>();
  const feed = createBlockFeed();
  const hub = createEventHub({
    log: snapshots,
    relayBlock: (paraId) => feed.latest(paraId)?.relay.number ?? null,
    onEvent: options.onEvent,
    onFailed: options.onFatal,
  });
  const census = createCensusKeeper({ store: options.census, tell: hub.tell });
  const executor = createExecutor({ journal, events: executorEvents(hub.tell) });
  let latest: RelayObservation | null = null;
  const lookout = createLookout({
    limitMs: options.blindAfterMs,
    trouble: () => relay.finality().trouble,
    now: options.now,
    onChange: ({ blind, block }) => {
      for (const [paraId, tracker] of trackers) {
        if (blind === null) hub.tell(paraId, 'sight-back', { block });
        else hub.tell(paraId, 'sight-lost', { block, reason: blind });
        const noted = hub.written().then(() => tracker.queue.run(tracker.incidents.takeEvents));
        void report(tracker, noted);
      }
    },
  });

  /** Routes know the round that is open, whose votes came in through this service. */
  const openRound = async (paraId: ParaId) => {
    const tracker = trackers.get(paraId);
    return tracker ? tracker.queue.run(tracker.openRound) : null;
  };
  const tellOf =
    (paraId: ParaId): TellOfPara =>
    (name, data) =>
      hub.tell(paraId, name, data);
  const routes = options.routes({ openRound, tell: tellOf });

  const openTracker = async (para: WatchedPara): Promise<ParaTracker> => {
    const held = heldBy(options.findings, para.id);
    const losses =
      held.length > 0 ? NO_LOSSES : await createParaLosses(para.id, options.losses, tellOf(para.id));
    const before = await snapshots.load(para.id).catch(() => null);
    const runner =
      held.length > 0
        ? heldMachine(para.id, held)
        : await startMachine({
            paraId: para.id,
            snapshots,
            actors: (saved) =>
              createActors(
                {
                  paraId: para.id,
                  feed,
                  routes,
                  executor,
                  journal,
                  tell: tellOf(para.id),
                  notBefore: losses.notBefore,
                  freezeAnchor: (input) => freezeAnchor({ relay, para: para.reader, ledger }, input),
                  onStoreFailed: options.onFatal,
                },
                saved,
              ),
            now: options.now,
            onSaved: hub.announce,
            onSaveFailed: options.onFatal,
          });
    const diagnostician = createDiagnostician(para, () => {
      const tracker = trackers.get(para.id);
      if (tracker) report(tracker, tracker.queue.run(tracker.review));
    });
    let seems: boolean | null = null;
    return createParaTracker({
      para,
      onWatchedOnly: ({ trust }, { stalled }) => {
        if (stalled === seems) return;
        seems = stalled;
        hub.tell(para.id, 'watched-only', { stalled, trust });
      },
      runner,
      held,
      losses,
      ledger,
      feed,
      diagnostician,
      incidents: await createIncidentKeeper({
        paraId: para.id,
        incidents: options.incidents,
        log: snapshots,
        settled: () => Promise.allSettled([runner.saved(), hub.written()]),
        awaySince:
          before === null || options.now() - before.savedAt <= options.blindAfterMs
            ? null
            : { relayBlock: runner.context().relayBlock, at: before.savedAt },
      }),
      sighted: () => lookout.sight().blind === null,
      now: options.now,
      lookBack: (observation, from) => lookBack(relay, observation, from),
      tell: tellOf(para.id),
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
  for (const { para, held } of trackers.values()) {
    for (const { what, problem, count, since, sentence } of held) {
      hub.tell(para.id, 'acts-missing', { what, problem, count, since, reason: sentence });
    }
  }

  const condition = (tracker: ParaTracker): Condition => {
    const seen = tracker.latest();
    return conditionOf({
      sight: lookout.sight(),
      observation: seen?.observation ?? null,
      stall: seen?.stall ?? null,
      state: tracker.runner.state(),
    });
  };
  const tellCondition = new Map(
    [...trackers.keys()].map((paraId) => [paraId, createConditionTeller(tellOf(paraId))]),
  );

  return {
    trackers,
    hub,
    feed,
    census,
    routes,
    latest: () => latest,
    sight: lookout.sight,
    condition,
    run: async (signal) => {
      for await (const observation of relay.watch([...trackers.keys()], signal)) {
        latest = observation;
        lookout.saw(observation.relay.number, observation.relayTime);
        await Promise.all(
          observation.paras.map((seen) => {
            const tracker = trackers.get(seen.paraId);
            if (!tracker) return undefined;
            const fleet = fleetOf(observation, tracker);
            return report(
              tracker,
              tracker.queue.run(() =>
                tracker.observe({
                  observation: seen,
                  relayTime: observation.relayTime,
                  possible: highestPossible(observation, options.now()),
                  relaySpecVersion: observation.relaySpecVersion,
                  fleet,
                }),
              ),
            ).then(() => tellCondition.get(seen.paraId)?.(condition(tracker)));
          }),
        );
      }
    },
    stop: async () => {
      lookout.stop();
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
