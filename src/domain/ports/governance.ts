import type { GovernanceLook } from '../governance/referendum.ts';
import type { ParaId } from '../units.ts';

/** The chain whose referenda govern the relay chain, as far as a service follows it. */
export interface GovernanceReader {
  /** What it shows of a para at its newest head that the relay chain proves. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES */
  look(paraId: ParaId): Promise<GovernanceLook>;
}
