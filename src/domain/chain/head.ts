import { toHex } from '../../bytes/hex.ts';
import { managerObstacles } from './manager.ts';
import type { ParaObservation, RelayLimits } from './observation.ts';

/** Why the manager could not set this head, in plain sentences; empty when it could. */
export function setHeadObstacles(
  observation: ParaObservation,
  limits: Pick<RelayLimits, 'maxHeadDataSize'>,
  head: Uint8Array,
): string[] {
  const obstacles = managerObstacles(observation);
  if (observation.headData === toHex(head)) obstacles.push('the relay chain stores this head already');
  if (head.length === 0) obstacles.push('the head is empty');
  if (head.length > limits.maxHeadDataSize) {
    obstacles.push(`the head has ${head.length} bytes, the relay takes at most ${limits.maxHeadDataSize}`);
  }
  return obstacles;
}
