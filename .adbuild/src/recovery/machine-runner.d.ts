import type { RecoveryContext } from '../../machines/context.ts';
import { type RecoveryEvent, recoveryMachine } from '../../machines/recovery.ts';
import type { ServiceEvent, SnapshotStore } from '../domain/ports.ts';
import type { ParaId } from '../domain/units.ts';
export type RecoveryMachine = typeof recoveryMachine;
export type RecoveryActors = Parameters<RecoveryMachine['provide']>[0]['actors'];
export interface MachineRunnerOptions {
    readonly paraId: ParaId;
    readonly snapshots: SnapshotStore;
    /** The actors; a restored one runs at once, before `startMachine` has returned, and still can wait for `saved`. */
    readonly actors: (saved: () => Promise<void>) => NonNullable<RecoveryActors>;
    readonly now: () => number;
    /** Called after a transition was saved, in order. */
    readonly onSaved: (events: readonly ServiceEvent[]) => void;
    /** The database refused a snapshot: nothing may go on as if it had been saved. */
    readonly onSaveFailed: (error: unknown) => void;
}
/** Runs the machine of one para and saves every transition, in order, before anybody acts on it. */
export interface MachineRunner {
    state(): string;
    context(): RecoveryContext;
    send(event: RecoveryEvent): void;
    /** Resolves when every transition up to now is on disk. Irreversible effects wait for it. */
    saved(): Promise<void>;
    stop(): Promise<void>;
}
/** `upgrading.submitting` for nested states. */
export declare function stateName(value: unknown): string;
/**
 * Starts or restores the machine of a para.
 * @throws RescueError RESCUE_SNAPSHOT_INVALID when the saved snapshot does not fit this machine.
 */
export declare function startMachine(options: MachineRunnerOptions): Promise<MachineRunner>;
