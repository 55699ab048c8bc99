import type { RecoveryFacts } from '../../machines/facts.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { ParaObservation } from '../domain/observation.ts';
import type { Policy } from '../domain/policy.ts';
import type { OptIn } from '../domain/round.ts';
import type { StallReading } from '../domain/stall.ts';
import type { Hex } from '../domain/units.ts';
/** The machine's view of one observation; JSON only. */
export declare function gatherFacts(input: {
    readonly observation: ParaObservation;
    readonly relaySpecVersion: number;
    readonly stall: StallReading;
    readonly diagnosis: Diagnosis | null;
    readonly policy: {
        readonly hash: Hex;
        readonly rules: Policy;
    } | null;
    readonly proposals: number;
    readonly round: RecoveryFacts['round'];
}): RecoveryFacts;
/**
 * An opt-in counts while the account that signed it is the para's registrar manager: a manager who handed the para
 * over has no say in its rescue any more.
 */
export declare function isOptInInForce(optIn: OptIn | null, observation: ParaObservation): boolean;
