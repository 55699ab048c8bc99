import type { ParaObservation, RelayBlockRef } from '../chain/observation.ts';
import type { RelayBlock } from '../units.ts';

/** What one final relay block says of one of all its paras: as much as it takes to say whether it lives. */
export type FleetPara = Pick<ParaObservation, 'paraId' | 'mostRecentContext' | 'hasCore'> & {
  /** Paras without a lifecycle are not there. */
  readonly lifecycle: string;
};

/** All paras that the relay chain knows at one block, in the order of their ids. */
export interface FleetReading {
  readonly relay: RelayBlockRef;
  readonly paras: readonly FleetPara[];
  /** At which block it was read who has a core: not at each. */
  readonly coresAt: RelayBlock;
  readonly disputesFrozen: RelayBlock | null | undefined;
}
