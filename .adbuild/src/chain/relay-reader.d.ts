import { RescueError } from '../domain/errors.ts';
import type { RelayReader } from '../domain/ports.ts';
import type { Endpoints } from './endpoints.ts';
export interface RelayReaderOptions {
    /** Shared with whoever else talks to the relay chain; closing it is the owner's. */
    readonly endpoints: Endpoints;
    /** Milliseconds without a newly finalized block after which the other endpoints are asked for one; 30 seconds. */
    readonly silenceMs?: number;
    readonly onTrouble?: (trouble: RescueError) => void;
}
/** The relay chain through its nodes. A node that went back in time or left the finalized chain is passed over. */
export declare function createRelayReader(options: RelayReaderOptions): RelayReader;
