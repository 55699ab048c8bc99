import type { Severity } from '../events/kind.ts';

interface AlertKind {
  readonly severity: Exclude<Severity, 'info'>;
  /** What it means, for tables and for the alert rules. */
  readonly when: string;
  /** Seconds that the condition lasts before anybody is told: what comes and goes by itself wakes nobody. */
  readonly afterSeconds: number;
  /** Who can tell: the service itself, Prometheus, or both. */
  readonly by: readonly ('webhook' | 'prometheus')[];
}

/**
 * Every alert by name. A name never changes its meaning. Each has a runbook, docs/runbooks/NAME.md, and those of Prometheus a
 * rule in ops/prometheus-alerts.yml, called `ruleName(NAME)`.
 */
export const ALERTS = {
  'service-down': {
    severity: 'critical',
    when: 'Prometheus does not reach the metrics of the service',
    afterSeconds: 120,
    by: ['prometheus'],
  },
  'sight-lost': {
    severity: 'critical',
    when: 'the service does not see the present of the relay chain: nothing is known of any para',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'relay-not-proven': {
    severity: 'warning',
    when: 'the relay chain is only watched: nothing would be done about a stall',
    afterSeconds: 600,
    by: ['webhook', 'prometheus'],
  },
  'fleet-trouble': {
    severity: 'critical',
    when: 'something is wrong with many paras at once, or with the relay chain itself',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'para-stalled': {
    severity: 'critical',
    when: 'no head of the para was included for its gap, or its rescue is under way',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'para-without-core': {
    severity: 'warning',
    when: 'no core is assigned to the para',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'para-not-live': {
    severity: 'warning',
    when: 'the para is not live, not registered, or never had a head',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'para-held': {
    severity: 'critical',
    when: 'acknowledged acts of the para are missing from the database: nothing is decided for it',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'rescue-open': {
    severity: 'warning',
    when: 'a rescue waits for people: proposals are taken, or holders vote',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'release-waiting': {
    severity: 'critical',
    when: 'an approved rescue waits for people to release it: nothing of it is signed or sent before',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'rescue-escalated': {
    severity: 'critical',
    when: 'the service cannot go on with a rescue by itself',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'endpoint-down': {
    severity: 'warning',
    when: 'an endpoint does not answer, or is behind',
    afterSeconds: 300,
    by: ['webhook', 'prometheus'],
  },
  'endpoint-lying': {
    severity: 'warning',
    when: 'an endpoint said what provably is not so',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'store-damaged': {
    severity: 'warning',
    when: 'the database was not as it was acknowledged when the service started',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'service-event': {
    severity: 'warning',
    when: 'the service told an event of severity warning or critical that none of the other alerts stands for',
    afterSeconds: 0,
    by: ['webhook', 'prometheus'],
  },
  'alerts-undelivered': {
    severity: 'warning',
    when: 'the service cannot tell its alerts to a webhook',
    afterSeconds: 600,
    by: ['prometheus'],
  },
} as const satisfies Readonly<Record<string, AlertKind>>;

export type AlertName = keyof typeof ALERTS;
export const ALERT_NAMES = Object.keys(ALERTS) as readonly AlertName[];

/** As Prometheus calls it: `PararescueParaStalled`. */
export function ruleName(name: AlertName): string {
  const words = name.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `Pararescue${words.join('')}`;
}
