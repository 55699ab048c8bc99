import type { Severity } from '../events/kind.ts';

/** What is looked at. A name never changes its meaning. */
export const CHECKS = [
  'opt-in',
  'lock',
  'manager',
  'signer',
  'fees',
  'pending-upgrade',
  'cooldown',
  'upgrade-rule',
  'contract',
  'contract-opt-in',
  'multisig',
  'contract-funds',
  'operator',
  'watchers',
  'authorised-code',
  'governance',
  'head',
  'nodes',
  'power',
  'collators',
  'signers',
  'census',
  'rescue-label',
  'substitute',
  'authorities',
  'leftover-upgrade',
  'migrations',
  'living',
  'same-code',
  'code-label',
  'code-size',
  'overwrite',
  'head-kept',
  'stall-clock',
  'registrar-place',
  'byte-identity',
  'dry-run',
  'release',
] as const;
export type CheckName = (typeof CHECKS)[number];

export const RESULTS = ['ok', 'warning', 'obstacle', 'unknown'] as const;
export type CheckResult = (typeof RESULTS)[number];

/** What takes an obstacle away: time alone, people who do something, or nothing that the team of the para can do. */
export const REMEDIES = ['time', 'people', 'nothing'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What one look found of one thing. */
export interface Finding {
  readonly check: CheckName;
  readonly result: CheckResult;
  /** One plain sentence without a full stop: what is, or for `unknown` why nothing can be said. */
  readonly sentence: string;
  /** What to do about it; null where nothing is to be done, or nothing can be. */
  readonly fix: string | null;
  /** Of an obstacle only. */
  readonly remedy: Remedy | null;
}

export function ok(check: CheckName, sentence: string): Finding {
  return { check, result: 'ok', sentence, fix: null, remedy: null };
}

export function warning(check: CheckName, sentence: string, fix: string | null): Finding {
  return { check, result: 'warning', sentence, fix, remedy: null };
}

export function obstacle(
  check: CheckName,
  remedy: Remedy,
  sentence: string,
  fix: string | null = null,
): Finding {
  return { check, result: 'obstacle', sentence, fix, remedy };
}

export function unknown(check: CheckName, why: string, fix: string | null = null): Finding {
  return { check, result: 'unknown', sentence: why, fix, remedy: null };
}

/** Obstacles that neither time nor people of the para take away: while there is one, a decision cannot be carried out that way. */
export function lastingObstacles(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ result, remedy }) => result === 'obstacle' && remedy === 'nothing');
}

/** How much a finding asks of people. What a team can mend only while its para lives is worth getting up for. */
export function severityOf({ result, remedy }: Pick<Finding, 'result' | 'remedy'>): Severity {
  if (result === 'ok' || remedy === 'time') return 'info';
  return remedy === 'nothing' ? 'critical' : 'warning';
}
