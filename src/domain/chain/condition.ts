import { relayBlocks } from '../readiness/time.ts';
import type { ParaObservation } from './observation.ts';
import type { Sight } from './sight.ts';
import { isLiveLifecycle, isOnDemand, type StallReading } from './stall.ts';

/**
 * What can be said of a para now. The machine's states tell of the rescue; a para can be `healthy` there because nothing is to be
 * done, and yet not live.
 */
export const CONDITIONS = [
  'healthy',
  'stalled',
  'unknown',
  'no-core',
  'idle',
  'never-started',
  'not-live',
  'not-registered',
] as const;
export type ConditionName = (typeof CONDITIONS)[number];

export interface Condition {
  readonly is: ConditionName;
  /** One plain sentence for people. */
  readonly sentence: string;
}

/** States in which nobody waits for the para to move again; `held` is that of one whose acts are missing. */
const NOT_RESCUED = ['healthy', 'held', 'upgrading.relocking'];

interface SeenPara {
  readonly sight: Sight;
  readonly observation: Pick<ParaObservation, 'lifecycle' | 'hasCore' | 'mostRecentContext'> | null;
  readonly stall: StallReading | null;
  readonly state: string;
}

/** `state` is the machine's: a rescue that is under way has a stalled para, whatever the newest block shows. */
export function conditionOf(
  seen: SeenPara & {
    readonly observation:
      | (NonNullable<SeenPara['observation']> & Pick<ParaObservation, 'trust' | 'actable'>)
      | null;
  },
): Condition {
  const { is, sentence } = plainConditionOf(seen);
  const { observation } = seen;
  if (is === 'unknown' || observation === null || observation.actable) return { is, sentence };
  const why =
    observation.trust === 'assumed'
      ? 'nobody proved this: the relay chain gives no proofs, and too few endpoints vouch for it'
      : 'nobody proved that this is the present';
  return { is, sentence: `${sentence} (${why})` };
}

/** The same without a word on how that is proven: where it is said once for many paras. */
export function plainConditionOf(seen: SeenPara): Condition {
  const { sight, observation, stall, state } = seen;
  const unknown = (why: string): Condition => ({
    is: 'unknown',
    sentence: `nothing is known of it now: ${why}`,
  });
  if (sight.blind !== null) return unknown(sight.blind);
  if (observation === null || stall === null) return unknown('no relay block was read for it yet');
  if (!stall.relayLive) return unknown('the relay chain does not finalize');
  const { lifecycle, hasCore, mostRecentContext } = observation;
  if (lifecycle === null) return { is: 'not-registered', sentence: 'the relay chain does not know it' };
  if (!isLiveLifecycle(lifecycle))
    return { is: 'not-live', sentence: `it is not live on the relay chain: its lifecycle is ${lifecycle}` };
  const blocks = relayBlocks(stall.age ?? 0);
  const age = stall.age === null ? '' : `; its last head is ${blocks} old`;
  if (hasCore === false) {
    return isOnDemand(lifecycle)
      ? { is: 'idle', sentence: `it runs on demand, and no core is ordered for it now${age}` }
      : { is: 'no-core', sentence: `no core is assigned to it${age}` };
  }
  if (mostRecentContext === null) return { is: 'never-started', sentence: 'no head of it was ever included' };
  if (stall.stalled) return { is: 'stalled', sentence: `no head of it was included for ${blocks}` };
  if (!NOT_RESCUED.includes(state)) return { is: 'stalled', sentence: `it is being rescued${age}` };
  return { is: 'healthy', sentence: `its last head is ${blocks} old` };
}
