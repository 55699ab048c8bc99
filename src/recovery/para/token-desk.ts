import type { Token } from '../../domain/amount.ts';
import type { ParaId } from '../../domain/units.ts';
import type { WatchedPara } from './tracker.ts';

/** Milliseconds until nodes that did not answer are asked again. */
const PAUSE_MS = 30_000;

/** What the nodes of paras say of their tokens, as far as one has answered: nobody waits for them. */
export function createTokenDesk(): { of(para: Pick<WatchedPara, 'id' | 'token'>): Token | null } {
  const known = new Map<ParaId, Token>();
  const askedAt = new Map<ParaId, number>();
  return {
    of: ({ id, token }) => {
      const now = performance.now();
      const asked = askedAt.get(id);
      if (token && !known.has(id) && (asked === undefined || now - asked > PAUSE_MS)) {
        askedAt.set(id, now);
        token().then(
          (told) => known.set(id, told),
          () => undefined,
        );
      }
      return known.get(id) ?? null;
    },
  };
}
