import type { CallDryRun } from '../chain/call-dry-run.ts';
import type { ParaObservation } from '../domain/observation.ts';
import type { RelayCall } from '../domain/ports.ts';
import type { PreparedCall } from '../domain/route.ts';
import type { CommandIo } from './io.ts';
import type { OperatorFlags, RelaySession } from './operator-options.ts';
/** One call that an operator makes as the registrar's manager. */
export interface OperatorAct {
    readonly call: RelayCall;
    /** Why chain state says that it cannot work; empty when it can. */
    readonly obstacles: readonly string[];
    /** What the operator should know before saying yes. */
    readonly warnings: readonly string[];
    /** True when storage shows the effect. */
    readonly isDone: (observation: ParaObservation) => boolean;
    /** What the effect is, for people: `the para is locked`. */
    readonly effect: string;
}
/**
 * Prepares the call, refuses what cannot work, and, unless it is a dry run, submits it and waits until finalized
 * storage shows the effect.
 * @throws RESCUE_CHAIN_REFUSES, RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID, RESCUE_CALL_FAILED,
 * RESCUE_EXTRINSIC_LOST, RESCUE_NODE_*
 */
export declare function carryOut(session: RelaySession, act: OperatorAct, flags: OperatorFlags, io: CommandIo): Promise<void>;
export interface CallView {
    readonly method: string;
    readonly args: Readonly<Record<string, unknown>>;
    /** blake2-256 of the call data. */
    readonly callHash: string;
    readonly length: number;
    /** The bytes, or the first ones of a long call. */
    readonly data: string;
    readonly truncated: boolean;
    readonly file: string | null;
}
/** A prepared call without the megabytes of a runtime. */
export declare function viewOf({ data, hash, decoded }: PreparedCall, file: string | undefined): CallView;
/** The lines that tell a call. */
export declare function callText(view: CallView): string;
export declare function dryRunText(dryRun: CallDryRun): string;
