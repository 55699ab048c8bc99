import { RescueError } from '../../domain/errors.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** Acts that one may do at once; after them one each `BLOCKS_APART` relay blocks. */
const FREE = 10;
const BLOCKS_APART = 10;
/** What a relay block takes, for who is told to wait. */
const BLOCK_SECONDS = 6;

/**
 * How often an account may act again in one round: everything that counts is written to disk and told, so that somebody
 * who changes his mind without end would fill both.
 */
export interface Pace {
  /** @throws RESCUE_TOO_MANY_REQUESTS with the seconds to wait in `details.retryAfter` */
  check(who: string, now: RelayBlock): void;
  /** As `check`, and counts the act. */
  count(who: string, now: RelayBlock): void;
}

export function createPace(): Pace {
  /** How many acts were free at which block; whoever is not in here has all of them. */
  const left = new Map<string, { readonly acts: number; readonly at: RelayBlock }>();

  const leftAt = (who: string, now: RelayBlock): { readonly acts: number; readonly at: RelayBlock } => {
    const known = left.get(who);
    if (!known) return { acts: FREE, at: now };
    const gained = Math.max(0, Math.floor((now - known.at) / BLOCKS_APART));
    const acts = Math.min(FREE, known.acts + gained);
    return { acts, at: acts === FREE ? now : known.at + gained * BLOCKS_APART };
  };
  const allowed = (who: string, now: RelayBlock): { readonly acts: number; readonly at: RelayBlock } => {
    const found = leftAt(who, now);
    if (found.acts > 0) return found;
    const blocks = Math.max(1, found.at + BLOCKS_APART - now);
    throw new RescueError(
      'RESCUE_TOO_MANY_REQUESTS',
      `This account changed its mind ${FREE} times in a short while; it can do so again in ${blocks} relay blocks, and what it said last counts until then.`,
      { details: { account: who, blocks, retryAfter: blocks * BLOCK_SECONDS } },
    );
  };
  return {
    check: (who, now) => void allowed(who, now),
    count: (who, now) => {
      const { acts, at } = allowed(who, now);
      left.set(who, { acts: acts - 1, at });
    },
  };
}
