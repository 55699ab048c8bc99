import { RescueError } from '../domain/errors.ts';
import type { Task } from '../executor/task.ts';
import { readItem, typesOf } from './chain-types.ts';
import type { Point } from './point.ts';

/** `max_pov_size` of the relay chain's host configuration, whose layout differs from version to version. */
export function* largestProof(relay: Point): Task<number> {
  const types = yield* typesOf(relay);
  const configuration = yield* readItem(relay.state, types, 'configuration', 'activeConfig');
  const { maxPovSize } = (configuration?.toJSON() ?? {}) as { readonly maxPovSize?: number };
  if (maxPovSize !== undefined) return maxPovSize;
  throw new RescueError('RESCUE_EXECUTION_FAILED', 'The relay chain has no configuration for paras.');
}
