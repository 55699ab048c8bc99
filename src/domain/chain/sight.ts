import type { RelayBlock } from '../units.ts';

/** How well the service sees the present of the relay chain. Without sight nothing is said of a para: neither that it lives nor that it is dead. */
export interface Sight {
  /** The newest relay block that was read; null before the first. */
  readonly block: RelayBlock | null;
  /** Milliseconds since it was read, or since the start while there is none, by a clock that never goes back. */
  readonly readAgoMs: number;
  /** Milliseconds since the time that the block itself proves, by this machine's clock; null where it proves none. */
  readonly blockAgeMs: number | null;
  /** Either of them above it, and the service is blind. */
  readonly limitMs: number;
  /** Why nothing can be said of the present; null while something can. */
  readonly blind: string | null;
}

/** Why there is no newer block, as far as whoever follows finality knows, ends the sentence. */
export function readSight(
  { block, readAgoMs, blockAgeMs, limitMs }: Omit<Sight, 'blind'>,
  trouble: string | null,
): Sight {
  const known = trouble === null ? '' : `: ${trouble}`;
  return { block, readAgoMs, blockAgeMs, limitMs, blind: blindness() };

  function blindness(): string | null {
    if (block === null) return `no finalized relay block has been read since the start${known}`;
    if (readAgoMs > limitMs)
      return `no newer relay block than ${block} has been read for ${shownAge(readAgoMs)}${known}`;
    if (blockAgeMs !== null && blockAgeMs > limitMs)
      return `relay block ${block}, the newest that is known to be final, is ${shownAge(blockAgeMs)} old by the time that it proves: finality lags, the endpoints are behind, or the clock of this machine is wrong${known}`;
    return null;
  }
}

/** `75 s`, `12 min`, `3.5 h` or `2.0 days`. */
export function shownAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}
