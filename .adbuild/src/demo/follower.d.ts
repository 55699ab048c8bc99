import type { ServiceClient } from '../cli/service-client.ts';
import type { ServiceEvent } from '../domain/ports.ts';
import type { ParaId } from '../domain/units.ts';
/** Follows the service's event stream, as any reader could, and lets the story wait for states. */
export interface Follower {
    /** States entered so far, in order, the first one included. */
    visited(): readonly string[];
    /** Resolves when the para enters `state` (or one nested in it), or is in it already. */
    reached(state: string): Promise<void>;
    /** Rejects when the event stream breaks. */
    readonly ended: Promise<void>;
}
export declare function followPara(client: ServiceClient, paraId: ParaId, options: {
    readonly initial: string;
    readonly signal: AbortSignal;
    readonly onEvent: (event: ServiceEvent) => void;
}): Follower;
