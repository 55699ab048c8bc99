import type { CheckResult } from '../readiness/finding.ts';

/** What is looked at before an ordinary upgrade. */
export const UPGRADE_CHECKS = [
  'size',
  'unpacked-size',
  'module',
  'label',
  'spec-name',
  'spec-version',
  'transaction-version',
  'system-version',
  'same-code',
  'exports',
  'imports',
  'runtime-apis',
  'pending-upgrade',
  'restriction',
  'leftover-upgrade',
  'migrations',
  'trial',
] as const;

export interface UpgradeCheck {
  readonly check: (typeof UPGRADE_CHECKS)[number];
  readonly result: CheckResult;
  /** One plain sentence without a full stop. */
  readonly sentence: string;
  /** What to do about it; null where nothing is to be done. */
  readonly fix: string | null;
}

/** `fails`: something was seen that keeps the upgrade from working. Warnings decide nothing. */
export type UpgradeVerdict = 'works' | 'fails' | 'unknown';

export function upgradeVerdict(checks: readonly Pick<UpgradeCheck, 'result'>[]): UpgradeVerdict {
  if (checks.some(({ result }) => result === 'obstacle')) return 'fails';
  return checks.length === 0 || checks.some(({ result }) => result === 'unknown') ? 'unknown' : 'works';
}
