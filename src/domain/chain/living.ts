import { blocksAndHours } from '../readiness/time.ts';
import type { RelayBlock } from '../units.ts';
import type { ParaObservation } from './observation.ts';
import { isLiveLifecycle, RELAY_LAG_LIMIT } from './stall.ts';

/**
 * A healthy para that includes a head every few relay blocks is regularly this old by finalized relay blocks, because
 * heads are included some blocks after their relay parent. A smaller gap would call it stalled all the time.
 */
export const SMALLEST_GAP: RelayBlock = 5;

/** Relay blocks without a head after which a para counts as stopped, where no policy says so. */
export const USUAL_GAP: RelayBlock = 50;

type Seen = Pick<ParaObservation, 'relay' | 'relayBest' | 'mostRecentContext' | 'lifecycle' | 'hasCore'>;

/**
 * Why the para is not to be taken for a dead one; null when it has stopped, or never began. For acts that harm whoever lives: what cannot
 * be told counts as life.
 */
export function whyNotStopped(seen: Seen, gap: RelayBlock = USUAL_GAP): string | null {
  const { relay, relayBest, mostRecentContext, lifecycle, hasCore } = seen;
  if (mostRecentContext === null || !isLiveLifecycle(lifecycle)) return null;
  const age = Math.max(0, relay.number - mostRecentContext);
  if (age < gap) {
    return `the para lives: its last head is young, ${blocksAndHours(age)} old, and it counts as stopped after ${gap}`;
  }
  if (relayBest - relay.number > RELAY_LAG_LIMIT) {
    return `the relay chain's finality is ${relayBest - relay.number} blocks behind, so nothing tells that the para has stopped`;
  }
  return hasCore === false
    ? 'the para has no core, so it is idle and not dead: it goes on as soon as it gets one'
    : null;
}
