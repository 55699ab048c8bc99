import type { Condition, ConditionName } from '../../domain/chain/condition.ts';
import type { TellOfPara } from '../../domain/events.ts';

/** Tells when a para is not what it was. That nothing is known of any is told once for all, by the lookout. */
export function createConditionTeller(tell: TellOfPara): (now: Condition) => void {
  // A healthy para at the start is no news.
  let last: ConditionName = 'healthy';
  return ({ is, sentence }) => {
    if (is === 'unknown' || is === last) return;
    const from = last;
    last = is;
    tell('condition-changed', { from, to: is, reason: sentence });
  };
}

/** What helps a para that needs no rescue; null where nothing is needed, or the state of its rescue says more. */
export function adviceOn({ is }: Condition): string | null {
  switch (is) {
    case 'no-core':
      return 'Renew coretime for the para, or order a core on demand. New code does not help: it is idle, not broken.';
    case 'not-registered':
      return 'The relay chain does not know this para id: correct it in the configuration, or register the para.';
    case 'not-live':
      return 'Wait until the para is onboarded, or register it again. New code does not help.';
    case 'never-started':
      return 'No head of the para was ever included: start its collators. There is nothing to rescue yet.';
    default:
      return null;
  }
}
