import type { ServiceEvent, SnapshotStore } from '../domain/ports.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';
/** The service's story: written to the log in order, then told to whoever listens. */
export interface EventHub {
    tell(paraId: ParaId, type: string, message: string, data?: Record<string, unknown>): void;
    /** For events that were saved together with something else. */
    announce(events: readonly ServiceEvent[]): void;
    /** Logged events after `after`, then live ones, until `signal` aborts; none is lost in between. */
    follow(after: number, signal: AbortSignal): AsyncIterable<ServiceEvent>;
    /** Resolves when everything told so far is in the log. */
    written(): Promise<void>;
}
export declare function createEventHub(options: {
    readonly log: Pick<SnapshotStore, 'append' | 'eventsAfter'>;
    readonly relayBlock: (paraId: ParaId) => RelayBlock | null;
    readonly onEvent: (event: ServiceEvent) => void;
    readonly onFailed: (error: unknown) => void;
}): EventHub;
