import { RescueError } from '../../domain/errors.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { requireRoute } from './require-route.ts';

/** What of a para an operator's word is about. */
export type RetriedTracker = Pick<ParaTracker, 'queue' | 'releases' | 'impossible'> & {
  readonly runner: Pick<ParaTracker['runner'], 'state' | 'context' | 'send' | 'saved'>;
};

/** The operator's word that a rescue shall go on; see `RescueService.retry`. */
export async function retry(
  tracker: RetriedTracker,
  { newRound }: { readonly newRound: boolean } = { newRound: false },
): Promise<void> {
  // Nothing of a decision that is left may be signed while it is left.
  await tracker.releases.hold(() => tracker.queue.run(() => retryNow(tracker, newRound)));
}

async function retryNow(tracker: RetriedTracker, newRound: boolean): Promise<void> {
  const before = tracker.runner.state();
  if (newRound && before === CARRYING_OUT) await requireUnreleased(tracker);
  if (newRound) {
    requireRoute(tracker, 'No round opens, because no allowed route could carry its decision out');
  } else {
    requireWayOn(tracker);
  }
  tracker.runner.send({ type: 'OPERATOR_RETRIED', newRound });
  if (tracker.runner.state() === before) throw refusal(before, newRound);
  await tracker.runner.saved();
}

const CARRYING_OUT = 'upgrading.carryingOut';

/** A decision that is being carried out is left only while it waits for its release: nothing of it can be on its way. */
async function requireUnreleased({ releases }: RetriedTracker): Promise<void> {
  const view = releases.view();
  if (view === null || view.released || (await releases.isBegun())) throw refusal(CARRYING_OUT, true);
}

/** A decision that meets the same obstacle again would only come back to where it waits. */
function requireWayOn({ runner }: RetriedTracker): void {
  const { waiting, trouble } = runner.context();
  if (runner.state() !== 'escalated' || waiting?.on !== 'obstacle' || waiting.obstacle === null) return;
  throw new RescueError(
    trouble?.code === 'RESCUE_CODE_REPLACED' ? 'RESCUE_CODE_REPLACED' : 'RESCUE_ROUTE_IMPOSSIBLE',
    `The approved decision stays, and goes on by itself as soon as this is gone: ${waiting.obstacle.replace(/\.+$/, '')}. A new round would leave it (--new-round).`,
  );
}

function refusal(state: string, newRound: boolean): RescueError {
  const sentence = newRound
    ? 'a new round can be opened from escalated, from upgrading.carryingOut while the decision waits for its release and nothing of it was sent, and from upgrading.awaitingFirstHeads once the approved code is current'
    : state === 'upgrading.awaitingFirstHeads'
      ? 'the decision is being carried out, and nothing of it is left to be tried again. If the approved code is current and builds no blocks, holders can decide anew: --new-round'
      : 'an approved decision that waits goes on from escalated';
  return new RescueError('RESCUE_STATE_REFUSES', `The para is in state ${state}; ${sentence}.`);
}
