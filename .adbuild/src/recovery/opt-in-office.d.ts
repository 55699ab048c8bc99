import { type Policy } from '../domain/policy.ts';
import type { Ledger, RelayReader } from '../domain/ports.ts';
import type { OptIn } from '../domain/round.ts';
import type { Hex } from '../domain/units.ts';
import type { EventHub } from './event-hub.ts';
import type { ParaDesk } from './para-desk.ts';
export interface OptInOffice {
    readonly genesis: Hex;
    readonly relay: RelayReader;
    readonly ledger: Ledger;
    readonly hub: EventHub;
}
/** Takes an opt-in or opt-out of a para's registrar manager; see `RescueService.optIn`. */
export declare function recordOptIn(office: OptInOffice, desk: ParaDesk, optIn: OptIn, policy: Policy | null): Promise<OptIn>;
