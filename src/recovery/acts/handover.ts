import type { Handover } from '../../domain/chain/handover.ts';
import { RescueError } from '../../domain/errors.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { Routes } from '../../routes/route.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { requireReleased } from './release.ts';

/** Nobody signs anything any more; it is the nodes' turn. */
const SUBSTITUTE =
  'nothing has to be signed: its collators and nodes take the approved code as a substitute ("pararescue chainspec substitute" puts it into their chain spec)';

/** The call that somebody outside has to sign now; see `RescueService.handover`. */
export async function handoverOf(tracker: ParaTracker, routes: Routes): Promise<Handover> {
  const { paraId, anchor, round, roundId, approved, policy, plan } = tracker.runner.context();
  const observation = tracker.latest()?.observation;
  const route = plan && routes.get(plan.route);
  if (!anchor || !approved || !policy || !observation || !route) throw nothing(tracker);
  const rescue = { paraId, anchor, round, roundId, approved, policy: policy.rules };
  const view = viewOfRelay(observation, null);
  const state = tracker.runner.state();
  if (state === 'upgrading.awaitingFirstHeads') throw nothing(tracker, SUBSTITUTE);
  if (state === 'upgrading.relocking') {
    // The lock is aftercare, and carries nothing out.
    const lock = await route.lockHandover?.(rescue, view);
    if (lock) return lock;
    throw nothing(tracker);
  }
  const found = await route.handover(rescue, view);
  // What takes something back needs nobody's release.
  if (found.kind === 'nothing' || !found.takesBack) {
    await requireReleased(tracker, rescue, observation.relay.number);
  }
  if (found.kind === 'call') return found.handover;
  throw nothing(tracker, found.why);
}

function nothing({ para, runner }: ParaTracker, why?: string): RescueError {
  return new RescueError(
    'RESCUE_STATE_REFUSES',
    `Para ${para.id} is in state ${runner.state()}: no call of it waits for a signature${why === undefined ? '' : `, as ${why}`}.`,
  );
}
