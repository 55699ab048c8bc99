import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { ChainView } from '../../src/domain/route/view.ts';
import { healthyPara, LIMITS } from '../domain/observations.ts';

/** A view of the relay chain alone. */
export function relayView(change: Partial<ParaObservation> = {}): ChainView {
  return { observation: healthyPara(change), limits: LIMITS, contract: null, approval: null, trouble: null };
}
