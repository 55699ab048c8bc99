import { fromPromise } from 'xstate';
import type { CarryOutInput, FreezeAnchorInput } from '../../../machines/context.ts';
import type { BlockFeed } from '../../domain/chain/block-feed.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { isStoreTrouble, RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type {
  AnchorOutcome,
  CarryOutOutcome,
  PlanOutcome,
  RelockOutcome,
} from '../../domain/round/outcomes.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import {
  type CarryOutContext,
  carryOut,
  chooseRoute,
  type PageWriter,
  type ReleaseGate,
  relock,
} from '../../routes/carry-out.ts';
import type { Executor } from '../../routes/executor.ts';
import type { Route, Routes } from '../../routes/route.ts';
import type { PagedDecision } from '../../routes/validation/decision-page.ts';
import type { RecoveryActors } from './machine-runner.ts';

export interface ActorsContext {
  readonly paraId: ParaId;
  readonly feed: Pick<BlockFeed, 'follow'>;
  readonly routes: Routes;
  readonly executor: Executor;
  readonly journal: CarryOutContext['journal'];
  readonly tell: TellOfPara;
  /** Nothing is planned, signed or sent at earlier relay blocks. */
  readonly notBefore: () => RelayBlock;
  /** For the validation page of a decision. */
  readonly pageOf: (decision: PagedDecision) => PageWriter;
  /** Whether people have released a decision. */
  readonly release: ReleaseGate;
  readonly freezeAnchor: (input: FreezeAnchorInput) => Promise<AnchorOutcome>;
  /** The database failed: the process must end. What the actor was about stays as it is on disk, and the next start goes on. */
  readonly onStoreFailed: (error: RescueError) => void;
}

/** What the machine of one para invokes. `saved` resolves when its snapshot is on disk. */
export function createActors(
  context: ActorsContext,
  saved: () => Promise<void>,
): NonNullable<RecoveryActors> {
  const { paraId, feed, routes, executor, journal, tell } = context;
  const around = (signal: AbortSignal) => ({
    executor,
    journal,
    saved,
    tell,
    blocks: () => from(feed.follow(paraId, signal), context.notBefore),
  });
  /** A database that fails says nothing of the decision: no outcome is made of it, and nothing that was decided is left. */
  const unlessStoreFails = async <Outcome>(work: Promise<Outcome>, signal: AbortSignal): Promise<Outcome> => {
    try {
      return await work;
    } catch (error) {
      if (!isStoreTrouble(error)) throw error;
      context.onStoreFailed(error);
      return aborted(signal);
    }
  };
  const routeOf = ({ plan }: CarryOutInput): Route => {
    const route = routes.get(plan.route);
    if (route) return route;
    throw new RescueError('RESCUE_ROUTE_IMPOSSIBLE', `This service does not have the route "${plan.route}".`);
  };
  const withPage = (input: CarryOutInput, signal: AbortSignal): CarryOutContext => {
    const { plan, ...rescue } = input;
    return {
      ...around(signal),
      release: context.release,
      page: context.pageOf({ rescue, plan, route: routeOf(input) }),
    };
  };

  return {
    freezeAnchor: fromPromise<AnchorOutcome, FreezeAnchorInput>(({ input, signal }) =>
      unlessStoreFails(context.freezeAnchor(input), signal),
    ),
    planRoute: fromPromise<PlanOutcome, DecidedRound>(({ input, signal }) =>
      unlessStoreFails(chooseRoute(around(signal), routes, input), signal),
    ),
    carryOut: fromPromise<CarryOutOutcome, CarryOutInput>(async ({ input, signal }) =>
      unlessStoreFails(carryOut(withPage(input, signal), routeOf(input), input), signal),
    ),
    relock: fromPromise<RelockOutcome, CarryOutInput>(async ({ input, signal }) =>
      unlessStoreFails(relock(withPage(input, signal), routeOf(input), input), signal),
    ),
  };
}

async function* from(
  blocks: AsyncIterable<ParaObservation>,
  first: () => RelayBlock,
): AsyncGenerator<ParaObservation> {
  for await (const seen of blocks) if (seen.relay.number >= first()) yield seen;
}

/** Ends with the actor, and never with an answer. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
