import { RescueError } from '../errors.ts';
import type { ParaObservation } from './observation.ts';

/** @throws RESCUE_FINALITY_UNPROVEN for what may only be watched */
export function requireActable({ actable, relay }: Pick<ParaObservation, 'actable' | 'relay'>): void {
  if (actable) return;
  throw new RescueError(
    'RESCUE_FINALITY_UNPROVEN',
    `Nothing is done on relay block ${relay.number}: the relay chain gives no proofs, and too few endpoints vouch for it. Give more endpoints, or say that a single one may be trusted (relay.trustSingleEndpoint, --trust-single-endpoint).`,
  );
}
