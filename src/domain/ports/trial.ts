import type { RelayBlockRef } from '../chain/observation.ts';
import type { TrialVerdict } from '../diagnosis/trial.ts';

/**
 * Builds the next block of one para here, on the head that this relay block includes, and has it validated as validators do.
 * @throws RESCUE_NODE_*, RESCUE_EXECUTION_FAILED, RESCUE_CHAIN_REFUSES for what could not be tried, which says nothing of the para
 */
export type TryNextBlock = (relay: RelayBlockRef) => Promise<TrialVerdict>;
