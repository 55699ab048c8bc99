import type { EpochMs } from '../units.ts';

/**
 * For so many milliseconds after the time that a final block proves, what it says is taken for the present. Honest nodes are half a minute
 * behind; an hour leaves room for clocks that differ and for a relay chain that finalizes late. Who shows an older block keeps newer ones back, or
 * is not in step, and the para may be alive meanwhile.
 */
export const PRESENT_MS = 60 * 60_000;

/** Whether a block of this proven time may be acted upon; never one whose time nobody proves. */
export function isPresent(time: EpochMs | null, now: EpochMs): boolean {
  return time !== null && now - time <= PRESENT_MS;
}

/** Why a final relay block is only watched, which otherwise could be acted upon; null when it is present. */
export function notPresent(number: number, time: EpochMs | null, now: EpochMs): string | null {
  if (isPresent(time, now)) return null;
  if (time === null) return `relay block ${number} proves no time: it is watched, and nothing is done on it`;
  const hours = ((now - time) / 3_600_000).toFixed(1);
  return `relay block ${number} is ${hours} hours old by the time that it proves, and no newer one is proven: it is watched, and nothing is done on it. The endpoints are behind or keep newer blocks back, or the clock of this machine is wrong`;
}
