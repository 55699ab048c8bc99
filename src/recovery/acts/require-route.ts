import { RescueError } from '../../domain/errors.ts';
import { votesWithoutRoute } from '../../domain/policy/policy.ts';
import type { ParaTracker } from '../para/tracker.ts';

/**
 * Nobody shall work on code that could not be put in place, unless the policy of the round lets holders decide all the same.
 * @param refused what is therefore not done, as the beginning of the sentence
 * @throws RESCUE_ROUTE_IMPOSSIBLE
 */
export function requireRoute(
  tracker: Pick<ParaTracker, 'impossible'> & { readonly runner: Pick<ParaTracker['runner'], 'context'> },
  refused: string,
): void {
  const { policy } = tracker.runner.context();
  const impossible = policy && votesWithoutRoute(policy.rules) ? null : tracker.impossible();
  if (impossible !== null) throw new RescueError('RESCUE_ROUTE_IMPOSSIBLE', `${refused}: ${impossible}.`);
}
