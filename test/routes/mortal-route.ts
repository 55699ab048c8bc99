import { join } from 'node:path';
import type { Network } from '../../devnet/network.ts';
import type { OpenRelay } from '../../src/chain/relay/session.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import type { CarryOutOutcome, RelockOutcome } from '../../src/domain/round/outcomes.ts';
import { carryOut, type relock } from '../../src/routes/carry-out.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import type { Route } from '../../src/routes/route.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Deaths } from './deaths.ts';
import { UNHEARD } from './step-samples.ts';

type Outcome = CarryOutOutcome | RelockOutcome;

/** What a service carries out by one route, in as many lives as it takes. */
export interface MortalRoute {
  readonly deaths: Deaths;
  /** Until the work is done; null when `isOver` says of the journal before that there is nothing more to see. */
  lives(
    rescue: DecidedRound,
    isOver?: (entries: readonly JournalEntry[]) => boolean,
    work?: typeof carryOut | typeof relock,
  ): Promise<Outcome | null>;
  journal(): Promise<readonly JournalEntry[]>;
}

interface MortalRouteOptions {
  readonly network: Network;
  /** Nodes and the way to them outlive a service; nothing that it remembers does. */
  readonly relay: OpenRelay;
  /** What holders approved. */
  readonly codes: readonly Uint8Array[];
  /** The route with all that a service keeps in memory, made anew for each life. */
  readonly routeOf: (parts: Pick<Store, 'ledger' | 'journal'>) => Route;
}

const MOST_LIVES = 60;

/** A service that dies before and after each write of its journal, which is on disk. */
export async function openMortalRoute({
  network,
  relay,
  codes,
  routeOf,
}: MortalRouteOptions): Promise<MortalRoute> {
  const folder = await temporaryFolder();
  const { paraId } = network;
  const deaths = new Deaths();
  const within = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openStore(join(folder, 'database'));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  await within(async ({ ledger }) => {
    for (const [at, code] of codes.entries()) {
      await ledger.putProposal(sampleProposal(code, { hash: `0x${`0${at + 1}`.repeat(32)}` }), code);
    }
  });

  const life = (
    work: typeof carryOut | typeof relock,
    rescue: DecidedRound,
    isOver: (entries: readonly JournalEntry[]) => boolean,
  ): Promise<Outcome | null> =>
    within(async ({ ledger, journal: kept }) => {
      const ending = new AbortController();
      const journal = deaths.around(kept);
      async function* blocks(): AsyncGenerator<ParaObservation> {
        network.nextBlock();
        for await (const { paras } of relay.reader.watch([paraId], ending.signal)) {
          if (isOver(await kept.list(paraId))) throw deaths.over;
          if (paras[0]) yield paras[0];
          network.nextBlock();
        }
      }
      const executor = createExecutor({ journal, events: UNHEARD });
      const context = { executor, journal, blocks, saved: async () => undefined, tell: () => undefined };
      try {
        return await deaths.survive<Outcome>(work(context, routeOf({ ledger, journal }), rescue));
      } finally {
        ending.abort();
      }
    });
  const journal = () => within((store) => store.journal.list(paraId));
  return {
    deaths,
    journal,
    lives: async (rescue, isOver = () => false, work = carryOut) => {
      for (let count = 0; count < MOST_LIVES; count += 1) {
        const outcome = await life(work, rescue, isOver);
        if (outcome !== null) return outcome;
        if (isOver(await journal())) return null;
      }
      throw new Error(`it does not end: ${JSON.stringify([...deaths.ends])}`);
    },
  };
}

/** Whether a step of the journal has come to its end. */
export const isDone =
  (step: string) =>
  (entries: readonly JournalEntry[]): boolean =>
    entries.some(({ key, status }) => key.includes(`/${step}/`) && status === 'done');
