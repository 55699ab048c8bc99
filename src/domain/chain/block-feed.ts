import { RescueError } from '../errors.ts';
import type { ParaId, RelayBlock } from '../units.ts';
import type { ParaObservation } from './observation.ts';

/** The observations of the watcher, for whoever waits for the chain to move: nothing polls on a timer. */
export interface BlockFeed {
  latest(paraId: ParaId): ParaObservation | null;
  publish(observation: ParaObservation): void;
  /** The first observation of a relay block later than `after`; the latest one if it is late enough. */
  next(paraId: ParaId, after: RelayBlock, signal: AbortSignal): Promise<ParaObservation>;
  /** The latest observation and every later one that is still the latest when it is asked for; ends by the error of `next`. */
  follow(paraId: ParaId, signal: AbortSignal): AsyncIterable<ParaObservation>;
}

interface Waiter {
  readonly paraId: ParaId;
  readonly after: RelayBlock;
  readonly resolve: (observation: ParaObservation) => void;
}

export function createBlockFeed(): BlockFeed {
  const newest = new Map<ParaId, ParaObservation>();
  const waiters = new Set<Waiter>();
  const next: BlockFeed['next'] = (paraId, after, signal) => {
    const seen = newest.get(paraId);
    if (seen && seen.relay.number > after) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        paraId,
        after,
        resolve: (observation) => {
          signal.removeEventListener('abort', onAbort);
          resolve(observation);
        },
      };
      const onAbort = () => {
        waiters.delete(waiter);
        reject(new RescueError('RESCUE_INTERNAL', 'Stopped while waiting for a relay block.'));
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.add(waiter);
    });
  };
  return {
    latest: (paraId) => newest.get(paraId) ?? null,
    publish: (observation) => {
      newest.set(observation.paraId, observation);
      for (const waiter of [...waiters]) {
        if (waiter.paraId !== observation.paraId || observation.relay.number <= waiter.after) continue;
        waiters.delete(waiter);
        waiter.resolve(observation);
      }
    },
    next,
    follow: async function* (paraId, signal) {
      for (let after = -1; ; ) {
        const observation = await next(paraId, after, signal);
        after = observation.relay.number;
        yield observation;
      }
    },
  };
}
