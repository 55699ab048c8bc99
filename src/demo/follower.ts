import type { ServiceClient } from '../client/service-client.ts';
import { RescueError } from '../domain/errors.ts';
import { dataOf, type EventName, type ServiceEvent } from '../domain/events.ts';
import type { ParaId } from '../domain/units.ts';

/** Follows the service's event stream, as any reader could, and lets the story wait for states. */
export interface Follower {
  /** States entered so far, in order, the first one included. */
  visited(): readonly string[];
  /** Resolves when the para enters `state` (or one nested in it), or is in it already; rejects when the stream breaks. */
  reached(state: string): Promise<void>;
  /** Resolves when this has been told, or was before; rejects when the stream breaks. */
  told(name: EventName): Promise<void>;
}

export function followPara(
  client: ServiceClient,
  paraId: ParaId,
  options: {
    readonly initial: string;
    readonly signal: AbortSignal;
    readonly onEvent: (event: ServiceEvent) => void;
  },
): Follower {
  const visited = [options.initial];
  const told = new Set<string>();
  const listeners = new Map<string, () => void>();
  const waiters = new Set<{ state: string; from: number; resolve: () => void }>();
  let fail: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined);

  const isIn = (state: string) => (name: string) => name === state || name.startsWith(`${state}.`);

  const read = async (): Promise<void> => {
    for await (const event of client.events({ after: 0, paraId, signal: options.signal })) {
      options.onEvent(event);
      told.add(event.type);
      listeners.get(event.type)?.();
      const changed = dataOf(event, 'state-changed');
      if (changed === null) continue;
      visited.push(changed.to);
      for (const waiter of [...waiters]) {
        if (!visited.slice(waiter.from).some(isIn(waiter.state))) continue;
        waiters.delete(waiter);
        waiter.resolve();
      }
    }
    if (!options.signal.aborted) {
      throw new RescueError('RESCUE_SERVICE_UNREACHABLE', 'The event stream of the service ended.');
    }
  };
  read().catch((error) => {
    if (!options.signal.aborted) fail(error);
  });

  return {
    visited: () => visited,
    told: (name) => {
      if (told.has(name)) return Promise.resolve();
      return Promise.race([new Promise<void>((resolve) => listeners.set(name, resolve)), broken]);
    },
    reached: (state) => {
      const from = visited.length - 1;
      if (visited.slice(from).some(isIn(state))) return Promise.resolve();
      const entered = new Promise<void>((resolve) => {
        waiters.add({ state, from, resolve });
      });
      return Promise.race([entered, broken]);
    },
  };
}
