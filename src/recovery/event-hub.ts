import { createSerialQueue } from '../domain/concurrency/serial-queue.ts';
import { newEvent, type ServiceEvent, type Tell } from '../domain/events.ts';
import type { SnapshotStore } from '../domain/ports/snapshots.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';

/** The service's story: written to the log in order, then told to whoever listens. */
export interface EventHub {
  readonly tell: Tell;
  /** For events that were saved together with something else. */
  announce(events: readonly ServiceEvent[]): void;
  /** Logged events after `after`, then live ones, until `signal` aborts; none is lost in between. */
  follow(after: number, signal: AbortSignal): AsyncIterable<ServiceEvent>;
  /** Resolves when everything told so far is in the log. */
  written(): Promise<void>;
}

const PAGE = 200;

export function createEventHub(options: {
  readonly log: Pick<SnapshotStore, 'append' | 'eventsAfter'>;
  readonly relayBlock: (paraId: ParaId | null) => RelayBlock | null;
  readonly onEvent: (event: ServiceEvent) => void;
  readonly onFailed: (error: unknown) => void;
}): EventHub {
  const queue = createSerialQueue();
  const sleepers = new Set<() => void>();

  const announce = (events: readonly ServiceEvent[]): void => {
    for (const event of events) options.onEvent(event);
    for (const wake of [...sleepers]) wake();
  };

  const moreToRead = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      sleepers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });

  return {
    announce,
    tell: (paraId, name, data) => {
      const event = newEvent({ paraId, relayBlock: options.relayBlock(paraId) }, name, data);
      queue.run(async () => announce(await options.log.append([event]))).catch(options.onFailed);
    },
    follow: async function* (after, signal) {
      for (let cursor = after; !signal.aborted; ) {
        // Asked for before reading, so that an event between the read and the wait wakes us.
        const woken = moreToRead(signal);
        const page = await options.log.eventsAfter(cursor, PAGE);
        for (const event of page) {
          if (signal.aborted) return;
          yield event;
          cursor = event.id;
        }
        if (page.length === 0) await woken;
      }
    },
    written: () => queue.idle(),
  };
}
