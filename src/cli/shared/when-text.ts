import { shownAge } from '../../domain/chain/sight.ts';
import type { EpochMs, RelayBlock } from '../../domain/units.ts';
import type { ParaStatus } from '../../domain/views/status.ts';

/** Relay chains make a block every six seconds. */
const BLOCK_MS = 6_000;

/** `2026-11-26 22:00:05`, in UTC. */
export function timeText(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** The relay block that the service read last; null while it knows nothing of the present, from which times could be reckoned. */
export function presentOf({
  observation,
  condition,
}: Pick<ParaStatus, 'observation' | 'condition'>): RelayBlock | null {
  return condition.is === 'unknown' ? null : (observation?.relay.number ?? null);
}

/** `relay block 170 (in 5 min, about 2026-11-26 22:05 UTC)`: reckoned at six seconds a block from `present`. */
export function whenText(block: RelayBlock, present: RelayBlock | null, at: EpochMs = Date.now()): string {
  if (present === null) return `relay block ${block}`;
  const away = (block - present) * BLOCK_MS;
  const words = away > 0 ? `in ${shownAge(away)}` : `${shownAge(-away)} ago`;
  return `relay block ${block} (${words}, about ${timeText(at + away).slice(0, 16)} UTC)`;
}
