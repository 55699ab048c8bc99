import type { ParaObservation, RelayLimits } from './observation.ts';
import type { RouteAssessment } from './route.ts';
import type { AccountHex, Hex, RelayBlock } from './units.ts';
export interface RegistrarRouteInput {
    readonly observation: ParaObservation;
    readonly limits: RelayLimits;
    readonly codeHash: Hex;
    readonly codeSize: number;
    /** Account of the configured manager key, or null when an outside signer will submit. */
    readonly signer: AccountHex | null;
    readonly recoveryHeads: number;
    readonly lockAgain: boolean;
}
/**
 * Plans the legacy registrar route for an unlocked para (chain-facts sections 2 and 3): the manager schedules the
 * code, validators vote on it, the relay switches at the expected block, collators follow, the lock returns.
 */
export declare function planRegistrarRoute(input: RegistrarRouteInput): RouteAssessment;
/** Why `registrar.schedule_code_upgrade` by the manager cannot work now; empty when it can. */
export declare function scheduleObstacles(observation: ParaObservation, limits: RelayLimits, codeHash: Hex, codeSize: number): string[];
/** Why the manager may not act on the para at all: unregistered, no manager, locked. */
export declare function managerObstacles(observation: ParaObservation): string[];
/** Blocks from the call to the switch, at least: max(2 × validation_upgrade_delay, minimum delay after acceptance). */
export declare function enactmentDelay(limits: RelayLimits): RelayBlock;
/** First relay block at which the switch can happen for a call included at `scheduledAt` and accepted at `acceptedAt`. */
export declare function expectedEnactment(limits: RelayLimits, scheduledAt: RelayBlock, acceptedAt: RelayBlock): RelayBlock;
