import { z } from 'zod';
import type { GovernancePath } from '../../domain/governance/prepared.ts';
import { type ChainAt, readAt } from './chain-at.ts';

const whole = z.int().min(0).max(0xffff_ffff);
/** Index and votes, the fewest votes first. */
const queueSchema = z.array(z.tuple([whole, z.unknown()]));

/** A track's referenda now, and the index of the next one. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES */
export async function trackQueue(
  at: ChainAt,
  pallet: string,
  track: number,
): Promise<{ readonly queue: GovernancePath['queue']; readonly nextIndex: number }> {
  return readAt(at, (batch) => {
    const count = batch.want(whole, pallet, 'ReferendumCount');
    const deciding = batch.want(whole, pallet, 'DecidingCount', track);
    const waiting = batch.want(queueSchema, pallet, 'TrackQueue', track);
    return () => ({
      nextIndex: count?.() ?? 0,
      queue: {
        deciding: deciding?.() ?? 0,
        // The one with the most votes comes next.
        waiting: (waiting?.() ?? []).map(([index]) => index).toReversed(),
      },
    });
  });
}
