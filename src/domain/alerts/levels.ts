import type { ConditionName } from '../chain/condition.ts';
import type { ServiceEvent } from '../events.ts';
import type { FleetRow } from '../fleet/row.ts';
import { oneLine } from '../plain-text.ts';
import { missingReleases } from '../round/release.ts';
import type { ParaId } from '../units.ts';
import type { EndpointStatus } from '../views/endpoints.ts';
import type { ParaStatus, ServiceStatus } from '../views/status.ts';
import type { StoreFinding } from '../views/store.ts';
import type { Level } from './alert.ts';
import { ALERTS, type AlertName } from './catalogue.ts';

const LONGEST_SUMMARY = 600;

const ALERT_OF: Readonly<Partial<Record<ConditionName, AlertName>>> = {
  stalled: 'para-stalled',
  'no-core': 'para-without-core',
  'never-started': 'para-not-live',
  'not-live': 'para-not-live',
  'not-registered': 'para-not-live',
};

/** What is told by an event of its own, and seen here as a level: it lasts, and it ends. */
const SEEN_AS_LEVELS: ReadonlySet<string> = new Set([
  'state-changed',
  'condition-changed',
  'sight-lost',
  'sight-back',
  'watched-only',
  'endpoint-standing',
  'acts-missing',
  'release-waits',
  'fleet-seen',
  'fleet-trouble',
  'fleet-trouble-over',
  'conditions-changed',
]);

export interface AlertFacts {
  readonly status: Pick<ServiceStatus, 'sight' | 'finality' | 'paras' | 'endpoints' | 'fleet'>;
  /** Of the paras that are not named in the configuration those that are not well. */
  readonly troubled: readonly FleetRow[];
  /** What the database lacked at the start. */
  readonly findings: readonly StoreFinding[];
}

/** All that is not as it should be now. */
export function levelsOf({ status, troubled, findings }: AlertFacts): readonly Level[] {
  const { sight, finality, paras, endpoints = [] } = status;
  const levels: Level[] = [];
  const service = (name: AlertName, summary: string, key: string = name) =>
    levels.push(levelOf(name, key, summary, null));
  const isStarting = sight.block === null && sight.readAgoMs <= sight.limitMs;
  if (sight.blind !== null && !isStarting) {
    service('sight-lost', `nothing is known of any para now: ${sight.blind}`);
  }
  if (sight.block !== null && !finality.actable) {
    service('relay-not-proven', 'the relay chain is only watched: nothing would be done about a stall');
  }
  const damaged = findings.filter(({ holds }) => holds === 'nobody');
  if (damaged.length > 0) service('store-damaged', damaged.map(({ sentence }) => sentence).join('; '));
  for (const endpoint of endpoints) {
    const name = alertOfEndpoint(endpoint);
    if (name !== null) service(name, endpointWords(endpoint), `${name}/${endpoint.name}`);
  }
  for (const para of paras) levels.push(...levelsOfPara(para));
  const troubles = status.fleet?.troubles ?? [];
  for (const { cause, sentence } of troubles) {
    service('fleet-trouble', sentence, `fleet-trouble/${cause}`);
  }
  // What is wrong with many is told once.
  if (troubles.length === 0) for (const row of troubled) levels.push(...levelsOfRow(row));
  return levels;
}

/** Of one that is watched with all others: nothing is done for it. */
function levelsOfRow({ paraId, name, condition, sentence, cause }: FleetRow): Level[] {
  const alert = ALERT_OF[condition];
  if (alert === undefined) return [];
  const why = condition === 'stalled' && cause !== null ? `. Cause: ${cause}` : '';
  const para = { paraId, name: name ?? `para ${paraId}` };
  return [levelOf(alert, `${alert}/${paraId}`, `${sentence}${why}`, para)];
}

function levelsOfPara(para: ParaStatus): Level[] {
  const { paraId, condition, state, diagnosis, trouble, round } = para;
  const level = (name: AlertName, summary: string) => levelOf(name, `${name}/${paraId}`, summary, para);
  const levels: Level[] = [];
  if (state === 'held') {
    levels.push(level('para-held', trouble?.message ?? 'acts of it are missing from the database'));
  }
  const alert = ALERT_OF[condition.is];
  if (alert !== undefined) {
    const isStalled = condition.is === 'stalled' && diagnosis !== null;
    const why = isStalled ? `. ${causeWord(diagnosis)}: ${diagnosis.cause}: ${diagnosis.sentence}` : '';
    levels.push(level(alert, `${condition.sentence}${why}`));
  }
  if (state === 'optInRescue') {
    levels.push(level('rescue-open', `round ${round}: proposals are taken for its last head`));
  }
  if (state === 'voting') levels.push(level('rescue-open', `round ${round}: its holders vote`));
  const { release } = para;
  if (release && missingReleases(state, release) > 0) {
    levels.push(
      level('release-waiting', `the decision for code ${release.decision.codeHash} ${release.sentence}`),
    );
  }
  if (state === 'escalated') {
    levels.push(level('rescue-escalated', trouble?.message ?? 'no step is left that could be carried out'));
  }
  return levels;
}

/** Right after the stop nothing of the para was looked at yet: what fits then is often not what is found seconds later. */
function causeWord({ confidence, triedAt }: NonNullable<ParaStatus['diagnosis']>): string {
  return confidence === 'inferred' && triedAt === null
    ? 'Likely cause, its next block was not tried yet'
    : 'Cause';
}

/** Whether the level may be there though it is not seen: nothing is known of what it is about. */
export function isUnseen(
  { name, paraId }: Pick<Level, 'name' | 'paraId'>,
  { status, troubled }: AlertFacts,
): boolean {
  if (paraId !== null) {
    const para = status.paras.find((one) => one.paraId === paraId);
    if (para) return para.condition.is === 'unknown';
    const { fleet } = status;
    if (!fleet || fleet.watches === 'configured') return false;
    // While many are in trouble, none of them is told of alone.
    if (fleet.blind !== null || fleet.block === null || fleet.troubles.length > 0) return true;
    return troubled.some((row) => row.paraId === paraId && row.condition === 'unknown');
  }
  if (name === 'fleet-trouble') return status.fleet?.block === null || (status.fleet?.blind ?? null) !== null;
  // The start proves nothing.
  return (name === 'sight-lost' || name === 'relay-not-proven') && status.sight.block === null;
}

/** What an event raises that stands for nothing else; null for all others. It has no end that could be seen. */
export function levelOfEvent({
  type,
  severity,
  paraId,
  message,
}: Pick<ServiceEvent, 'type' | 'severity' | 'paraId' | 'message'>): Level | null {
  if (severity === 'info' || SEEN_AS_LEVELS.has(type)) return null;
  const summary = oneLine(`${type}: ${message}`, LONGEST_SUMMARY);
  const level = { key: `${EVENT_KEY}${type}/${paraId}`, name: 'service-event', severity, summary } as const;
  return { ...level, paraId, paraName: null, incident: null };
}

const EVENT_KEY = 'event/';
export function isOfEvent({ key }: Pick<Level, 'key'>): boolean {
  return key.startsWith(EVENT_KEY);
}

function levelOf(
  name: AlertName,
  key: string,
  summary: string,
  para: { readonly paraId: ParaId; readonly name: string; readonly incident?: ParaStatus['incident'] } | null,
): Level {
  const { incident } = para ?? {};
  return {
    key,
    name,
    severity: ALERTS[name].severity,
    paraId: para?.paraId ?? null,
    paraName: para?.name ?? null,
    incident: incident && incident.end === null ? incident.number : null,
    summary: oneLine(summary, LONGEST_SUMMARY),
  };
}

function alertOfEndpoint({ standing }: EndpointStatus): AlertName | null {
  if (standing === 'lagging' || standing === 'unreachable') return 'endpoint-down';
  return standing === 'lying' || standing === 'probation' ? 'endpoint-lying' : null;
}

function endpointWords({ name, standing, reason }: EndpointStatus): string {
  return `${name} is ${standing}${reason === null ? '' : `: ${reason}`}`;
}
