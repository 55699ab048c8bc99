import type { Condition } from '../../domain/chain/condition.ts';
import type { RelayObservation } from '../../domain/chain/observation.ts';
import type { FleetTrouble } from '../../domain/fleet/causes.ts';
import type { FleetReading } from '../../domain/fleet/reading.ts';
import type { ParaId } from '../../domain/units.ts';

/** What was made of all paras at the newest block that was read. */
export interface FleetSeen {
  readonly reading: FleetReading;
  readonly observation: Pick<RelayObservation, 'trust' | 'actable'>;
  readonly conditions: ReadonlyMap<ParaId, Condition>;
  readonly troubles: readonly FleetTrouble[];
}
