import type { RecoveryContext } from '../../machines/context.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { ParaObservation } from '../domain/observation.ts';
/** What somebody should do next, in plain lines, for each state; empty when nothing is needed. */
export declare function adviceFor(state: string, context: RecoveryContext, seen: {
    readonly observation: ParaObservation | null;
    readonly diagnosis: Diagnosis | null;
    readonly optedIn: boolean;
    readonly ownSigner: boolean;
}): string[];
