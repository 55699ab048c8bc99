import { printable } from '../plain-text.ts';
import type { ParaStatus } from './status.ts';

/** What whoever votes on a decision must know: that no allowed route could carry it out, and that nobody asked for it while the para lived. */
export function voterWarnings({ readiness, optIn }: Pick<ParaStatus, 'readiness' | 'optIn'>): string[] {
  const impossible = readiness?.impossible;
  const late = optIn?.whileStopped;
  return [
    ...(impossible == null
      ? []
      : [`as things are, no allowed route could carry the decision out: ${printable(impossible)}`]),
    ...(late === undefined
      ? []
      : [`the para had stopped already when its opt-in was recorded, at relay block ${late}`]),
  ];
}
