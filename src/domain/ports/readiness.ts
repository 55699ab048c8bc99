import type { Check } from '../readiness/readiness.ts';
import type { ParaId } from '../units.ts';

/** What was found last of each para, so that a restart does not forget since when it is so. */
export interface ReadinessStore {
  load(paraId: ParaId): Promise<readonly Check[]>;
  save(paraId: ParaId, checks: readonly Check[]): Promise<void>;
}
