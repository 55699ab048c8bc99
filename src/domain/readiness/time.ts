import type { RelayBlock } from '../units.ts';

/** Relay chains make a block every six seconds. */
const BLOCKS_AN_HOUR = 600;

/** `14,400 relay blocks (24.0 h)`. */
export function blocksAndHours(blocks: RelayBlock): string {
  const hours = blocks / BLOCKS_AN_HOUR;
  const time = hours < 1 ? `${Math.ceil(hours * 60)} min` : `${hours.toFixed(1)} h`;
  return `${blocks} relay blocks (${time})`;
}
