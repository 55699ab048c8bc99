import { RescueError } from '../errors.ts';
import type { ParaObservation } from './observation.ts';

/** @throws RESCUE_FINALITY_UNPROVEN for what may only be watched */
export function requireActable({
  actable,
  relay,
  trust,
}: Pick<ParaObservation, 'actable' | 'relay' | 'trust'>): void {
  if (actable) return;
  throw new RescueError(
    'RESCUE_FINALITY_UNPROVEN',
    `Nothing is done on relay block ${relay.number}: ${whyWatched(trust)}`,
  );
}

/** Why a block that is held for final for this reason is only watched, and what helps. */
export function whyWatched(trust: ParaObservation['trust']): string {
  return trust === 'assumed'
    ? 'the relay chain gives no proofs, and too few endpoints vouch for it. Give more endpoints, or say that a single one may be trusted (relay.trustSingleEndpoint, --trust-single-endpoint).'
    : 'it is not of the present, by the time that it proves, and no newer one is proven. The endpoints are behind or keep newer blocks back, or the clock of this machine is wrong.';
}
