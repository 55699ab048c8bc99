import { FaultDesk } from '../../../devnet/faults/desk.ts';
import type { ParaStatus } from '../../../src/domain/views/status.ts';
import { openScene, type Scene } from '../../e2e/scene.ts';
import { askUntil } from '../../support/ask-until.ts';
import { rescueByVotes } from './holders.ts';
import { createJudge } from './judge.ts';
import { type Act, planSoak, SIDES, SOAK_FAULTS, type SoakFault } from './plan.ts';
import { recordTruth } from './truth.ts';
import { Turncoat } from './turncoat.ts';
import { createWatcher, honestSince, increment, type Watcher } from './watcher.ts';

/** What a soak came to. */
export interface SoakFigures {
  readonly seed: number;
  readonly blocks: number;
  /** Times that each fault of the network was begun. */
  readonly faults: Readonly<Record<string, number>>;
  /** Times that endpoints did each of these. */
  readonly attacks: Readonly<Record<string, number>>;
  /** Answers of the status by what they call the para. */
  readonly conditions: Readonly<Record<string, number>>;
  readonly unhealthy: number;
  readonly sightLost: number;
  readonly sightBack: number;
  readonly rescues: number;
  readonly rounds: number;
  /** Relay blocks from the runtime that panics until the para lived by the votes of its holders; null where that was not played. */
  readonly rescuedIn: number | null;
  /** Milliseconds for which the service was blind at most although an endpoint of the relay chain was honest all the time. */
  readonly longestBlindMs: number;
  /** Milliseconds until it said that the para is healthy, once everything was. */
  readonly backMs: number;
  readonly violations: readonly string[];
}

/** Times of an hour of six-second blocks, made smaller. */
export interface SoakOptions {
  readonly blocks: number;
  readonly seed: number;
  readonly paceMs?: number;
  readonly blindAfterSeconds?: number;
  readonly faults?: readonly SoakFault[];
  /** Whether the para dies for good at the end, and is rescued by votes while endpoints go on to fail. */
  readonly rescue?: boolean;
  /** Told of each act, each change of state and each violation. */
  readonly say?: (line: string) => void;
}

const GAP = 8;
const GRACE = 3;
/**
 * An endpoint that is honest for so long must be enough. A question to a silent node is given up after 15 seconds, and the pauses
 * between two looks for another node grow to 15 seconds: times that were not made smaller.
 */
const COMES_BACK_MS = 40_000;
/** For everything to be as before once the network and all endpoints are. */
const PATIENCE_MS = 90_000;
/** The last so many blocks are for the rescue; it may take more. */
const RESCUE_BLOCKS = 100;
const MOST_RESCUE_BLOCKS = 1_000;

/** Lets the whole service watch a network in which everything fails by turns, and compares all that it says with what is so. */
export async function runSoak(options: SoakOptions): Promise<SoakFigures> {
  const turncoats: Turncoat[] = [];
  const scene = await openScene({
    unlocked: true,
    blindAfterSeconds: options.blindAfterSeconds ?? 3,
    relay: async (_url, network) => {
      for (const side of SIDES) turncoats.push(await Turncoat.of(network, side));
      return turncoats.filter(({ side }) => side === 'relay').map(({ url }) => url);
    },
    para: () => turncoats.filter(({ side }) => side === 'para').map(({ url }) => url),
  });
  try {
    return await soak(scene, turncoats, options);
  } finally {
    await scene.close();
    for (const turncoat of turncoats) await turncoat.close();
  }
}

async function soak(
  scene: Scene,
  turncoats: readonly Turncoat[],
  options: SoakOptions,
): Promise<SoakFigures> {
  const { network } = scene;
  const { blocks, seed, paceMs = 150, blindAfterSeconds = 3, faults = SOAK_FAULTS, rescue = true } = options;
  const say = options.say ?? (() => undefined);
  const blindMs = blindAfterSeconds * 1_000;
  const truth = recordTruth(network);
  const judge = createJudge(truth, { gap: GAP, grace: GRACE, blindMs });
  const watcher = createWatcher({ scene, judge, truth, comesBackMs: COMES_BACK_MS, say });
  const ending = new AbortController();
  const listening = watcher.listen(ending.signal);
  await scene.optIn();

  const first = network.relay.chain.best.number;
  const breaksAt = rescue ? blocks - RESCUE_BLOCKS : blocks;
  const blackout = Math.ceil((1.5 * blindMs) / paceMs);
  const plan = planSoak({ blocks, faultsUntil: breaksAt - GAP, seed, faults, blackout });
  const tables = { faults: {}, attacks: {} } satisfies Record<string, Record<string, number>>;
  const desk = new FaultDesk(network);
  /** Since when each new block is final at once. */
  let finalSince = Number.POSITIVE_INFINITY;

  const perform = async (act: Act): Promise<void> => {
    if (act.act === 'set-right') return turncoats[act.endpoint]?.setRight();
    say(
      `${first + act.at}: ${act.act === 'turn' ? `endpoint ${act.endpoint} ${act.attack}` : `${act.act} ${act.fault}`}`,
    );
    if (act.act === 'turn') {
      increment(tables.attacks, `${SIDES[act.endpoint]} ${act.attack}`);
      return turncoats[act.endpoint]?.turn(act.attack);
    }
    // Nobody counts blocks while there are none: this one ends when the service is blind.
    const stops = act.fault === 'relay-stopped';
    if (act.act === 'begin') {
      increment(tables.faults, act.fault);
      await desk.begin(act.fault);
      if (stops) {
        await askUntil(watcher.health, ({ ok }) => !ok);
        finalSince = Number.POSITIVE_INFINITY;
      }
    }
    if (stops === (act.act === 'begin')) await desk.end(act.fault);
  };

  let asking: Promise<void> | null = null;
  let rescuedIn: number | null = null;
  await new Promise<void>((resolve, reject) => {
    /** What of the plan has begun; what takes blocks goes on beside the next ones. */
    const under: Promise<void>[] = [];
    listening.catch(reject);
    network.on('production-failed', reject);
    network.on('produced', ({ relay: { number } }) => {
      const done = number - first;
      watcher.blame(judge.extrinsics(number));
      const isFinal = network.relay.chain.finalized.number === number;
      finalSince = isFinal ? Math.min(finalSince, Date.now()) : Number.POSITIVE_INFINITY;
      asking ??= watcher
        .ask(Math.max(finalSince, honestSince(turncoats)))
        .catch(reject)
        .finally(() => {
          asking = null;
        });
      for (const act of plan.splice(0, plan.filter(({ at }) => at <= done).length)) {
        const work = perform(act);
        work.catch(reject);
        under.push(work);
      }
      if (rescue && done === breaksAt) {
        const isOver = () => truth.newest - first > blocks + MOST_RESCUE_BLOCKS;
        Promise.all(under)
          .then(() => rescueByVotes(scene, isOver, say))
          .then(({ state }) => {
            if (state !== 'healthy') watcher.blame(`the para was not rescued: ${state}`);
            rescuedIn = truth.newest - number;
          })
          .catch(reject);
      }
      if (done >= blocks && (!rescue || rescuedIn !== null))
        resolve(Promise.all(under).then(() => undefined));
    });
    network.run(paceMs);
  });

  const backMs = await settle(scene, turncoats, watcher);
  network.run(0);
  ending.abort();
  await Promise.all([listening, asking]);
  const { violations, conditions, events, unhealthy, longestBlindMs } = watcher;
  return {
    seed,
    blocks: truth.newest - first,
    ...tables,
    conditions,
    unhealthy,
    sightLost: events['sight-lost'] ?? 0,
    sightBack: events['sight-back'] ?? 0,
    rescues: events['stalled → optInRescue'] ?? 0,
    rounds: events['optInRescue → voting'] ?? 0,
    rescuedIn,
    longestBlindMs,
    backMs,
    violations,
  };
}

/** With everything in order again the service says so. Gives the milliseconds until then. */
async function settle(scene: Scene, turncoats: readonly Turncoat[], watcher: Watcher): Promise<number> {
  for (const turncoat of turncoats) await turncoat.setRight();
  const since = Date.now();
  const isOver = () => Date.now() - since > PATIENCE_MS;
  const isTold = () => watcher.events['sight-back'] === watcher.events['sight-lost'];
  const isFine = ({ condition, state }: ParaStatus) =>
    condition.is === 'healthy' && state === 'healthy' && isTold();
  const last = await askUntil(
    () => scene.client.para(scene.network.paraId),
    (para) => isFine(para) || isOver(),
  );
  if (!isFine(last))
    watcher.blame(
      `with all in order it still says ${last.condition.is} (${last.state}): ${last.condition.sentence}`,
    );
  return Date.now() - since;
}
