import type { Ledger, RelayReader, RelaySubmitter } from '../domain/ports.ts';
import { type Hex } from '../domain/units.ts';
import type { RescueService } from './rescue-service.ts';
import type { Supervisor } from './supervisor.ts';
/** The service that all doors share, on top of the supervisor's machines. */
export declare function createRescueService(options: {
    readonly genesis: Hex;
    readonly relay: RelayReader;
    readonly submitter: RelaySubmitter;
    readonly ledger: Ledger;
    readonly supervisor: Supervisor;
}): RescueService;
