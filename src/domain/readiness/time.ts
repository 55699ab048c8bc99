import type { RelayBlock } from '../units.ts';

/** Relay chains make a block every six seconds. */
const BLOCK_SECONDS = 6;

/** `14400 relay blocks (24.0 h)`, `1 relay block (6 s)`. */
export function blocksAndHours(blocks: RelayBlock): string {
  return `${relayBlocks(blocks)} (${timeOf(blocks * BLOCK_SECONDS)})`;
}

export function relayBlocks(blocks: RelayBlock): string {
  return `${blocks} relay block${blocks === 1 ? '' : 's'}`;
}

function timeOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
