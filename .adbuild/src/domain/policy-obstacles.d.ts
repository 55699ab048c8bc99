import type { ParaObservation, RelayLimits } from './observation.ts';
import { type Policy } from './policy.ts';
import type { Hex, Planck, RelayBlock } from './units.ts';
/**
 * A healthy para that includes a head every few relay blocks is regularly this old by finalized relay blocks, because
 * heads are included some blocks after their relay parent. A smaller gap would call it stalled all the time.
 */
export declare const SMALLEST_GAP: RelayBlock;
export interface PolicySurroundings {
    readonly relayGenesis: Hex;
    /** The para as the relay chain shows it now. */
    readonly observation: ParaObservation;
    readonly limits?: RelayLimits | undefined;
    /** Voting power of everybody, if it could be proven at the last included head. */
    readonly electorate?: Planck | undefined;
}
/**
 * Why the policy could never be carried out with the chain as it is, in plain sentences; empty when it could. What can
 * change without the para's team, such as a pending upgrade or a missing core, is no obstacle.
 */
export declare function policyObstacles(policy: Policy, surroundings: PolicySurroundings): string[];
/** What a team should think about before it opts in with the policy; nothing here is refused. */
export declare function policyConcerns(policy: Policy): string[];
