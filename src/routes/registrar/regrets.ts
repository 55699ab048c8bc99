import { USUAL_GAP, whyNotStopped } from '../../domain/chain/living.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { whyNot } from '../facts.ts';

/**
 * What an act of the manager would do that people regret, though the relay chain takes it. Whoever means it says so, by a word that names what
 * is done.
 */
export interface Regret {
  readonly word: RegretWord;
  readonly reason: string;
}

/** As options of commands they have two dashes before them. */
export type RegretWord =
  | 'stop-living-para'
  | 'move-living-head'
  | 'lock-stopped-para'
  | 'risk-bricking'
  | 'any-spec-version';

const FROM_THE_PARA =
  'upgrade from the para (there system.authorizeUpgrade, then system.applyAuthorizedUpgrade; "pararescue doctor upgrade" tries it before)';

/** `gap`: relay blocks after which the para counts as stopped. */
export function scheduleRegrets(view: ChainView, gap?: RelayBlock): Regret[] {
  const life = whyNotStopped(view.observation, gap);
  const rule = view.limits && whyNot({ kind: 'switches-without-head' }, view);
  return [
    ...(life === null
      ? []
      : [
          {
            word: 'stop-living-para',
            reason: `${life}. This stops it: from the switch on the relay chain refuses the blocks of the code that its nodes run; ${FROM_THE_PARA}`,
          } as const,
        ]),
    ...(rule === null
      ? []
      : [
          {
            word: 'risk-bricking',
            reason: `${rule}; and a para made of cumulus that has not scheduled the code itself panics in its next block ("GoAhead signal is not expected"), with any substitute`,
          } as const,
        ]),
  ];
}

/** Root's word that code may be set lasts, and the para may live again meanwhile. */
export function applyRegrets({ observation }: ChainView, gap?: RelayBlock): Regret[] {
  const life = whyNotStopped(observation, gap);
  if (life === null) return [];
  const reason = `${life}. This stops it at once, and no validator votes before: the relay chain refuses the blocks of the code that its nodes run; ${FROM_THE_PARA}`;
  return [{ word: 'stop-living-para', reason }];
}

export function setHeadRegrets({ observation }: ChainView, gap?: RelayBlock): Regret[] {
  const life = whyNotStopped(observation, gap);
  if (life === null) return [];
  const reason = `${life}. Another head cuts off what its collators build on, and every block that is on its way`;
  return [{ word: 'move-living-head', reason }];
}

export function lockRegrets({ observation }: ChainView, gap?: RelayBlock): Regret[] {
  const { mostRecentContext } = observation;
  // Here a longer gap is the careless one.
  const shortest = Math.min(gap ?? USUAL_GAP, USUAL_GAP);
  if (mostRecentContext === null || whyNotStopped(observation, shortest) !== null) return [];
  const reason =
    'the para has stopped, and only the living para and governance of the relay chain take a lock off again: locked now, its manager cannot rescue it any more. Lock it once it lives';
  return [{ word: 'lock-stopped-para', reason }];
}

/** `source` says `expected`: the state of the para, or the code that the relay chain stores where that was not read. */
export function labelRegrets(specVersion: number, expected: number | null, source: string): Regret[] {
  if (expected === null || specVersion === expected) return [];
  const reason = `its spec version is ${specVersion}, but ${source} says ${expected}: nodes take code as a substitute only while both are the same, so nobody builds a block with it. Label it with ${expected} ("pararescue code relabel"), and upgrade above that once the para lives`;
  return [{ word: 'any-spec-version', reason }];
}

/** That the first head locks the para, which nothing shows yet. */
export function neverLocked({ registrar }: Pick<ParaObservation, 'registrar'>): string | null {
  return registrar?.locked === null
    ? 'the para was never locked, which is not safe yet: its next included head locks it, and then its manager may not act. "pararescue lock remove" is the call to send, now'
    : null;
}
