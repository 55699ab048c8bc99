import type { RelayBlockRef } from '../chain/observation.ts';
import type { FleetReading } from '../fleet/reading.ts';

/** Every para of the relay chain at once, read with proofs. */
export interface FleetReader {
  /**
   * All paras at a final block, in one request where no para came or went since the one before. With `cores` it is read anew who has a
   * core; without, only when it was long ago or the paras are others.
   * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED, RESCUE_NODE_CONTRADICTS, and RESCUE_CHAIN_REFUSES for a relay chain whose
   * storage this version cannot read
   */
  read(relay: RelayBlockRef, options: { readonly cores: boolean }): Promise<FleetReading>;
}
