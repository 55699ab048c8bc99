import { setTimeout as pause } from 'node:timers/promises';
import type { Token } from '../domain/amount.ts';
import { type BlockFeed, createBlockFeed } from '../domain/chain/block-feed.ts';
import { type Condition, conditionOf } from '../domain/chain/condition.ts';
import type { ParaObservation, RelayObservation } from '../domain/chain/observation.ts';
import { highestPossible } from '../domain/chain/possible.ts';
import type { Sight } from '../domain/chain/sight.ts';
import type { DiagnosisFacts } from '../domain/diagnosis/facts.ts';
import { messageOf, type RescueError } from '../domain/errors.ts';
import type { ServiceEvent, TellOfPara } from '../domain/events.ts';
import { type Stoppable, stoppedAt } from '../domain/fleet/causes.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { Incidents } from '../domain/ports/incidents.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { Losses } from '../domain/ports/losses.ts';
import type { Pages } from '../domain/ports/pages.ts';
import type { ReadinessStore } from '../domain/ports/readiness.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { StallReader } from '../domain/ports/stall.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';
import { heldBy, type StoreFinding } from '../domain/views/store.ts';
import { createParaLook } from '../readiness/look-at-para.ts';
import { createRoutesLook, type LookAtRoutes } from '../readiness/look-at-routes.ts';
import { whyImpossible } from '../routes/carry-out.ts';
import { createExecutor } from '../routes/executor.ts';
import type { Routes } from '../routes/route.ts';
import { executorEvents } from '../routes/step-events.ts';
import { censusPrefixes } from '../voting/census/prefixes.ts';
import { countedTypes } from '../voting/evidence/proxies.ts';
import type { OpenRound } from '../voting/open-round.ts';
import { PROXIES_PREFIX } from '../voting/proxies/proven-proxies.ts';
import { type CensusKeeper, createCensusKeeper } from './census/keeper.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createFleetWatch, type FleetOptions, type FleetWatch } from './fleet/fleet-watch.ts';
import { createLookout, type Reading } from './lookout.ts';
import { createActors } from './para/actors.ts';
import { freezeAnchor } from './para/anchor-freezer.ts';
import { createConditionTeller } from './para/conditions.ts';
import { createDiagnostician } from './para/diagnostician.ts';
import { heldMachine } from './para/held.ts';
import { createIncidentKeeper } from './para/incident-keeper.ts';
import { lookBack } from './para/look-back.ts';
import { createParaLosses, NO_LOSSES } from './para/losses.ts';
import { type MachineRunner, startMachine } from './para/machine-runner.ts';
import { createMandate } from './para/mandate.ts';
import { createPageKeeper } from './para/page-keeper.ts';
import { createReadinessKeeper, type ReadinessKeeper } from './para/readiness-keeper.ts';
import { createReleaseKeeper } from './para/release-keeper.ts';
import { createParaTracker, type ParaTracker, type WatchedPara } from './para/tracker.ts';

/** What routes are told by the service that carries decisions out with them. */
export interface RouteHooks {
  readonly openRound: (paraId: ParaId) => Promise<OpenRound | null>;
  readonly tell: (paraId: ParaId) => TellOfPara;
}

export interface SupervisorOptions {
  readonly relay: RelayReader;
  /** Looks closer at paras that stopped. */
  readonly stalls: StallReader;
  readonly snapshots: SnapshotStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly census: CensusStore;
  /** What the database lacks. */
  readonly findings: readonly StoreFinding[];
  readonly losses: Losses;
  readonly incidents: Incidents;
  readonly pages: Pages;
  readonly readiness: {
    readonly store: ReadinessStore;
    /** Of the relay chain. */
    readonly token: () => Promise<Token>;
    /** Relay blocks between two looks at what no block tells. */
    readonly everyBlocks: RelayBlock;
  };
  readonly paras: readonly WatchedPara[];
  /** Every para of the relay chain is watched, besides those; null where they are not. */
  readonly fleet?: FleetOptions | null;
  /** Told of what keeps them from being read. */
  readonly onTrouble?: (trouble: RescueError) => void;
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
  /** Null where only the paras of the configuration are watched. */
  readonly fleet: FleetWatch | null;
  readonly hub: EventHub;
  readonly feed: BlockFeed;
  readonly census: CensusKeeper;
  readonly routes: Routes;
  readonly lookAtRoutes: LookAtRoutes;
  latest(): RelayObservation | null;
  /** What can be said of the para now. */
  condition(tracker: ParaTracker): Condition;
  /** How well the present of the relay chain is seen. */
  sight(): Sight;
  /** Watches until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds that a block waits for the reading of all paras, on which diagnoses rest: no relay chain makes blocks faster than paras need. */
const FLEET_MS = 5_000;
/** Blocks for which an earlier reading of all paras still tells who stopped together. */
const FLEET_AGE = 20;

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { relay, snapshots, journal, ledger } = options;
  const trackers = new Map<ParaId, ParaTracker>();
  const feed = createBlockFeed();
  let latest: RelayObservation | null = null;
  const hub = createEventHub({
    log: snapshots,
    relayBlock: (paraId) =>
      (paraId === null ? null : feed.latest(paraId)?.relay.number) ?? latest?.relay.number ?? null,
    onEvent: options.onEvent,
    onFailed: options.onFatal,
  });
  const census = createCensusKeeper({ store: options.census, tell: hub.tell });
  const executor = createExecutor({ journal, events: executorEvents(hub.tell) });
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

  const fleet =
    options.fleet == null
      ? null
      : createFleetWatch({
          ...options.fleet,
          relay,
          configured: new Set(options.paras.map(({ id }) => id)),
          blindAfterMs: options.blindAfterMs,
          tell: hub.tell,
          onTrouble: options.onTrouble ?? (() => undefined),
          now: options.now,
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
  const lookAtRoutes = createRoutesLook({ relay, routes, token: options.readiness.token });
  const looks: ReadinessKeeper[] = [];

  const openTracker = async (para: WatchedPara): Promise<ParaTracker> => {
    const held = heldBy(options.findings, para.id);
    const losses =
      held.length > 0 ? NO_LOSSES : await createParaLosses(para.id, options.losses, tellOf(para.id));
    const before = await snapshots.load(para.id).catch(() => null);
    const releases = createReleaseKeeper({
      paraId: para.id,
      ledger,
      journal,
      operator: para.release,
      machine: () => ({ state: runner.state(), context: runner.context() }),
      tell: tellOf(para.id),
    });
    const pages = await createPageKeeper({
      paraId: para.id,
      pages: options.pages,
      journal,
      ledger,
      routes,
      release: releases.view,
      genesis: relay.genesis,
      tokens: () =>
        options.readiness.token().then(
          (token) => [{ chain: 'relay chain', ...token }],
          () => [],
        ),
    });
    const runner: MachineRunner =
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
                  release: releases,
                  pageOf: pages.writer,
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
    if (held.length === 0) pages.resume(runner.context());
    const diagnostician = createDiagnostician({ ...para, relay: options.stalls }, () => {
      const tracker = trackers.get(para.id);
      if (tracker) report(tracker, tracker.queue.run(tracker.review));
    });
    const readiness =
      held.length > 0
        ? undefined
        : await createReadinessKeeper({
            paraId: para.id,
            store: options.readiness.store,
            lookAtRoutes,
            lookAtPara: createParaLook(para),
            everyBlocks: options.readiness.everyBlocks,
            tell: tellOf(para.id),
            onLooked: () => {
              const tracker = trackers.get(para.id);
              if (tracker) report(tracker, tracker.queue.run(tracker.review));
            },
            onStoreFailed: options.onFatal,
          });
    if (readiness) looks.push(readiness);
    let seems: boolean | null = null;
    return createParaTracker({
      para,
      mandate: createMandate(relay, options.onTrouble),
      onWatchedOnly: ({ trust }, { stalled }) => {
        if (stalled === seems) return;
        seems = stalled;
        hub.tell(para.id, 'watched-only', { stalled, trust });
      },
      runner,
      held,
      releases,
      losses,
      ledger,
      feed,
      diagnostician,
      incidents: await createIncidentKeeper({
        paraId: para.id,
        incidents: options.incidents,
        log: snapshots,
        journal,
        settled: () => Promise.allSettled([runner.saved(), hub.written()]),
        tell: tellOf(para.id),
        awaySince:
          before === null || options.now() - before.savedAt <= options.blindAfterMs
            ? null
            : { relayBlock: runner.context().relayBlock, at: before.savedAt },
      }),
      ...(held.length === 0 && { pages }),
      sighted: () => lookout.sight().blind === null,
      ...(readiness && { readiness }),
      now: options.now,
      lookBack: (observation, from) => lookBack(relay, observation, from),
      whyImpossible: (rescue, observation) => whyImpossible(routes, rescue, observation),
      tell: tellOf(para.id),
      onAnchor: ({ anchor, policy, layout, proxyTypes }) =>
        census.keep({
          paraId: para.id,
          head: anchor.head,
          prefixes: [
            ...censusPrefixes(policy, layout),
            ...(countedTypes(proxyTypes, policy).length > 0 ? [PROXIES_PREFIX] : []),
          ],
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

  /** The newest block that was taken in for each para: that may take long, or fail, while newer ones are read. */
  const taken = new Map<ParaId, Reading>();
  const condition = (tracker: ParaTracker): Condition => {
    const seen = tracker.latest();
    const reading = taken.get(tracker.para.id);
    return conditionOf({
      sight: reading ? lookout.sightBy(reading) : lookout.sight(),
      observation: seen?.observation ?? null,
      stall: seen?.stall ?? null,
      state: tracker.runner.state(),
    });
  };
  const tellCondition = new Map(
    [...trackers.keys()].map((paraId) => [paraId, createConditionTeller(tellOf(paraId))]),
  );

  /** When the relay chain's runtime changed last, by what machines have kept. */
  const relayUpgradedAt = (): RelayBlock | null => {
    const known = [...trackers.values()].map(({ runner }) => runner.context().history.relayUpgradedAt ?? -1);
    const last = Math.max(-1, ...known);
    return last < 0 ? null : last;
  };

  /** All paras of the relay chain as they were read last; those of the block itself where that is not of now. */
  const parasBy = ({ relay: { number }, paras }: RelayObservation) => {
    const reading = fleet?.seen()?.reading;
    return reading && reading.relay.number >= number - FLEET_AGE
      ? { now: reading.relay.number, paras: reading.paras }
      : { now: number, paras };
  };

  return {
    trackers,
    fleet,
    hub,
    feed,
    census,
    routes,
    lookAtRoutes,
    latest: () => latest,
    sight: lookout.sight,
    condition,
    run: async (signal) => {
      for await (const observation of relay.watch([...trackers.keys()], signal)) {
        latest = observation;
        const reading = lookout.saw(observation.relay.number, observation.relayTime);
        if (fleet) {
          const patience = new AbortController();
          await Promise.race([
            fleet.take(observation, relayUpgradedAt()).finally(() => patience.abort()),
            pause(FLEET_MS, undefined, { signal: patience.signal }).catch(() => undefined),
          ]);
        }
        const all = parasBy(observation);
        await Promise.all(
          observation.paras.map((seen) => {
            const tracker = trackers.get(seen.paraId);
            if (!tracker) return undefined;
            const fleet = fleetOf(all, seen, tracker);
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
            ).then(() => {
              if (tracker.latest()?.observation === seen) taken.set(seen.paraId, reading);
              tellCondition.get(seen.paraId)?.(condition(tracker));
            });
          }),
        );
      }
    },
    stop: async () => {
      lookout.stop();
      await fleet?.stop();
      await census.stop();
      for (const look of looks) look.stop();
      await Promise.all([...trackers.values()].map((tracker) => tracker.queue.idle()));
      await Promise.all([...trackers.values()].map((tracker) => tracker.runner.stop()));
      await hub.written();
    },
  };
}

/** How many of all paras stopped together with this one. */
function fleetOf(
  { now, paras }: { readonly now: RelayBlock; readonly paras: readonly Stoppable[] },
  { mostRecentContext: at }: ParaObservation,
  { para }: ParaTracker,
): DiagnosisFacts['fleet'] {
  if (at === null) return { watched: 0, stoppedTogether: 0 };
  const { lived, stopped } = stoppedAt(paras, { at, now, silent: para.stallGapBlocks });
  return { watched: lived, stoppedTogether: stopped.length };
}
