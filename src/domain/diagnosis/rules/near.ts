import type { RelayBlock } from '../../units.ts';

/** A code change counts as near the onset when the para stopped at most this many relay blocks after it. */
const NEAR_ONSET: RelayBlock = 300;
/** The same for a change of the relay chain's own runtime. */
export const RELAY_UPGRADE: RelayBlock = 20;
/** A block that was on its way when something changed can be included this many relay blocks later. */
const ON_ITS_WAY: RelayBlock = 2;

export function isNear(
  event: RelayBlock | undefined,
  onset: RelayBlock | null,
  window = NEAR_ONSET,
): boolean {
  return event !== undefined && onset !== null && onset >= event - ON_ITS_WAY && onset - event <= window;
}
