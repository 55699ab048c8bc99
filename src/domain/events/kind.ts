import type { z } from 'zod';

/**
 * How much an event asks of people. `info`: nothing. `warning`: somebody should look at it in working hours.
 * `critical`: somebody should get up for it.
 */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One severity, or one by the value of a member of the data; values that are not listed are `info`. */
export type SeverityRule =
  | Severity
  | { readonly by: string; readonly values: Readonly<Record<string, Severity>> };

/** What the catalogue says of an event of one name. */
export interface EventKind<Data> {
  /** For docs/http-api.md: what has happened. */
  readonly when: string;
  readonly severity: SeverityRule;
  readonly data: z.ZodType<Data>;
  /** The message before it is made plain: texts of others may stand in `data` as they came. */
  sentence(data: Data): string;
}

/** An entry of the catalogue whose sentence is checked against its data. */
export function eventKind<Schema extends z.ZodType>(kind: {
  readonly when: string;
  readonly severity: SeverityRule;
  readonly data: Schema;
  readonly sentence: (data: z.output<Schema>) => string;
}): typeof kind {
  return kind;
}

/** Works on the data of earlier versions as well, in which members may be missing. */
export function severityBy(rule: SeverityRule, data: Readonly<Record<string, unknown>>): Severity {
  if (typeof rule === 'string') return rule;
  const value = String(data[rule.by]);
  return Object.hasOwn(rule.values, value) ? (rule.values[value] ?? 'info') : 'info';
}
