import type { Handover } from '../../domain/chain/handover.ts';
import { RescueError } from '../../domain/errors.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { Routes } from '../../routes/route.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { requireReleased } from './release.ts';

/** The call that somebody outside has to sign now; see `RescueService.handover`. */
export async function handoverOf(tracker: ParaTracker, routes: Routes): Promise<Handover> {
  const { paraId, anchor, round, roundId, approved, policy, plan } = tracker.runner.context();
  const observation = tracker.latest()?.observation;
  const route = plan && routes.get(plan.route);
  if (!anchor || !approved || !policy || !observation || !route) throw nothing(tracker);
  const rescue = { paraId, anchor, round, roundId, approved, policy: policy.rules };
  // Never by the view of the route: what carries the decision out rests on its own.
  const view = viewOfRelay(observation, null);
  const isLocking = tracker.runner.state() === 'upgrading.relocking';
  // The lock is aftercare, and carries nothing out.
  if (!isLocking) await requireReleased(tracker, rescue, observation.relay.number);
  const handover = await (isLocking ? route.lockHandover?.(rescue, view) : route.handover?.(rescue, view));
  if (handover) return handover;
  throw nothing(tracker);
}

function nothing({ para, runner }: ParaTracker): RescueError {
  return new RescueError(
    'RESCUE_STATE_REFUSES',
    `Para ${para.id} is in state ${runner.state()}: no call of it waits for a signature.`,
  );
}
