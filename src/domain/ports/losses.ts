import type { AcceptedLoss } from '../records/loss.ts';
import type { ParaId, RelayBlock } from '../units.ts';

/** Losses that the operator accepted. */
export interface Losses {
  /** Those of a para, oldest first. */
  of(paraId: ParaId): Promise<readonly AcceptedLoss[]>;
  /** Notes the first relay block that the service saw after the loss was accepted; the first note stays. */
  resume(loss: AcceptedLoss, at: RelayBlock): Promise<AcceptedLoss>;
}
