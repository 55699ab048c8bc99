import type { FastifyRequest } from 'fastify';
import { HttpError } from './error-replies.ts';

const MINUTE = 60_000;
/** Addresses remembered at once; beyond it the oldest are forgotten, so that a flood cannot fill the memory. */
const MOST_ADDRESSES = 10_000;

/**
 * Counts acts by network address in fixed minutes; refuses with 429 above `perMinute`. `now` gives milliseconds of a clock
 * that nobody can set.
 */
export function createRateLimit(
  perMinute: number,
  now: () => number = () => performance.now(),
): (request: Pick<FastifyRequest, 'ip'>) => void {
  const windows = new Map<string, { readonly startedAt: number; count: number }>();
  return ({ ip }) => {
    const at = now();
    let window = windows.get(ip);
    if (window === undefined || at - window.startedAt >= MINUTE) {
      windows.delete(ip);
      window = { startedAt: at, count: 0 };
      windows.set(ip, window);
      const oldest = windows.keys().next().value;
      if (windows.size > MOST_ADDRESSES && oldest !== undefined) windows.delete(oldest);
    }
    window.count += 1;
    if (window.count <= perMinute) return;
    const seconds = Math.max(1, Math.ceil((window.startedAt + MINUTE - at) / 1000));
    throw new HttpError(
      429,
      'RESCUE_TOO_MANY_REQUESTS',
      `more than ${perMinute} acts in a minute from one address: try again in ${seconds} s`,
      { 'retry-after': String(seconds) },
    );
  };
}
