import type { CheckResult } from '../domain/readiness/finding.ts';

/** Something that was looked at, and what was found: a plain sentence without a full stop. */
export interface CodeFinding {
  readonly check: string;
  readonly result: CheckResult;
  readonly sentence: string;
  readonly fix: string | null;
}

export function fine(check: string, sentence: string): CodeFinding {
  return { check, result: 'ok', sentence, fix: null };
}

export function bad(check: string, sentence: string, fix: string | null = null): CodeFinding {
  return { check, result: 'obstacle', sentence, fix };
}

export function careful(check: string, sentence: string, fix: string | null = null): CodeFinding {
  return { check, result: 'warning', sentence, fix };
}
