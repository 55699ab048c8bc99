import type { EpochMs, RelayBlock } from '../units.ts';

/** Relay chains make a block every 6 seconds, and none makes them faster than this. */
const SHORTEST_BLOCK_MS = 2_000;
/** For clocks that differ, and chains whose blocks tell no time. */
const SLACK: RelayBlock = 100;

/**
 * The highest block number that a relay chain can have reached, by a final block and the time that it proves. A higher one in a
 * saved state was never proven.
 */
export function highestPossible(
  {
    relay,
    relayTime,
  }: { readonly relay: { readonly number: RelayBlock }; readonly relayTime: EpochMs | null },
  now: EpochMs,
): RelayBlock {
  const age = relayTime === null ? 0 : Math.max(0, now - relayTime);
  return relay.number + Math.floor(age / SHORTEST_BLOCK_MS) + SLACK;
}
