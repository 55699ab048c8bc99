import type { TrialSummary } from '../../domain/trial/proposal-trial.ts';

/** What came of a trial, in one line; what is not known is said first and loudly. */
export function trialLine(trial: TrialSummary | undefined): string {
  if (trial === undefined) return 'NOT TRIED: the service that admitted it tries no proposals';
  const mark = { accepted: '', failed: 'FAILS: ', untried: 'NOT TRIED: ' }[trial.outcome];
  return `${mark}${trial.sentence}`;
}
