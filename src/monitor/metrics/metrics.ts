import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ServiceEvent } from '../../domain/events.ts';
import { dataOf } from '../../domain/events.ts';
import type { Hex } from '../../domain/units.ts';
import { packageVersion } from '../package-root.ts';

/** What an endpoint's own counters are called, and where they are in its status. */
const OF_ENDPOINTS = ['lies', 'failures', 'refusals', 'malformed'] as const;

/**
 * Every metric of the service, in a registry of its own; docs/monitoring.md lists them. Units are base units, counters end in
 * `_total`. Of a set of states (`_condition`, `_standing`) each has a series that is 0 or 1; of an open set (`_state`, `_cause`) only the
 * present one has a series, which is 1.
 */
export function createMetrics(relayGenesis: Hex) {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `pararescue_${name}`, help, labelNames, registers });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `pararescue_${name}`, help, labelNames, registers });
  collectDefaultMetrics({ register: registry });

  gauge('build_info', 'Version of the service and of Node.js; always 1.', 'version', 'node_version').set(
    { version: packageVersion(), node_version: process.version },
    1,
  );
  gauge(
    'relay_info',
    'Relay chain that is watched, by the hash of its first block; always 1.',
    'genesis',
  ).set({ genesis: relayGenesis }, 1);
  const para = ['para'] as const;
  const endpoint = ['chain', 'endpoint'] as const;
  return {
    registry,
    sight: gauge('relay_sight', 'Sight of the present of the relay chain: 1, or 0 while nothing is known.'),
    actable: gauge('relay_actable', 'Whether what is seen of the relay chain may be acted upon: 1 or 0.'),
    finalized: gauge('relay_finalized_block', 'Number of the newest relay block that was read.'),
    best: gauge('relay_best_block', 'Number of the best relay block, as far as it is believed.'),
    blockAge: gauge('relay_finalized_age_seconds', 'Age of that block by the time that it proves.'),
    readAge: gauge('relay_read_age_seconds', 'Time since a newer relay block was read.'),
    blindAfter: gauge('relay_blind_after_seconds', 'Age above which nothing is known, as configured.'),
    name: gauge('para_info', 'Name of a para; always 1.', ...para, 'name'),
    condition: gauge(
      'para_condition',
      'What can be said of a para now; 1 for one of them.',
      ...para,
      'condition',
    ),
    state: gauge('para_state', 'State of its rescue; 1, for the present one only.', ...para, 'state'),
    cause: gauge('para_cause', 'Cause by its diagnosis; 1, for the present one only.', ...para, 'cause'),
    headAge: gauge('para_head_age_blocks', 'Relay blocks since its last head was included.', ...para),
    head: gauge('para_last_head_block', 'Number of its last head.', ...para),
    round: gauge('para_round', 'Number of its round; 0 while none is open.', ...para),
    missingReleases: gauge(
      'para_missing_releases',
      'Releases that its approved decision waits for; 0 while it waits for none.',
      ...para,
    ),
    incident: gauge('para_incident', 'Number of its open incident; 0 while there is none.', ...para),
    fleetParas: gauge(
      'fleet_paras',
      'How many of the paras that are watched, named or not, are in which condition.',
      'condition',
    ),
    fleetTrouble: gauge('fleet_trouble', 'What is wrong with many paras at once; 1 while it is.', 'cause'),
    standing: gauge(
      'endpoint_standing',
      'Standing of an endpoint; 1 for one of them.',
      ...endpoint,
      'standing',
    ),
    answeredAge: gauge(
      'endpoint_answered_age_seconds',
      'Time since its last answer of any kind; no series while it never answered.',
      ...endpoint,
    ),
    latency: gauge('endpoint_latency_seconds', 'How long its answers take.', ...endpoint),
    endpointCounts: Object.fromEntries(
      OF_ENDPOINTS.map((what) => [
        what,
        counter(`endpoint_${what}_total`, `Its ${what} since the service started.`, ...endpoint),
      ]),
    ) as Record<(typeof OF_ENDPOINTS)[number], Counter<'chain' | 'endpoint'>>,
    events: counter('events_total', 'Events by name and severity.', 'type', 'severity'),
    votes: counter('votes_total', 'Votes that were counted, replaced ones too.', ...para),
    rounds: counter('rounds_total', 'Rounds of votes by what happened to them.', ...para, 'happened'),
    steps: counter('route_steps_total', 'Steps of routes by what happened to them.', ...para, 'happened'),
    findings: gauge('store_findings', 'What the database lacked at the start, by what it holds up.', 'holds'),
    trials: counter('trials_total', 'Trials by what was tried and what came of it.', 'kind', 'outcome'),
    alertsFiring: gauge('alerts_firing', 'Alerts that last now.', 'alert', 'severity'),
    alertsSent: counter('alerts_sent_total', 'Messages that a webhook took.', 'hook'),
    alertsFailed: counter('alerts_failed_total', 'Attempts that a webhook did not take.', 'hook'),
    alertsWaiting: gauge('alerts_waiting', 'Messages that wait for a webhook.', 'hook'),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;

const STEPS: Readonly<Record<string, string>> = {
  'step-signed': 'signed',
  'step-sent': 'sent',
  'step-refused': 'refused',
  'step-done': 'done',
  'step-lost': 'lost',
  'step-handed-over': 'handed-over',
};

/** Counts an event. */
export function countEvent({ events, votes, rounds, steps }: Metrics, event: ServiceEvent): void {
  const para = String(event.paraId);
  events.inc({ type: event.type, severity: event.severity });
  const step = STEPS[event.type];
  if (step !== undefined) steps.inc({ para, happened: step });
  if (event.type === 'vote-counted') votes.inc({ para });
  const moved = dataOf(event, 'state-changed');
  if (moved === null) return;
  if (moved.to === 'voting') rounds.inc({ para, happened: 'opened' });
  if (moved.from !== 'voting') return;
  const isNext = moved.to === 'optInRescue';
  rounds.inc({
    para,
    happened: moved.to.startsWith('upgrading') ? 'approved' : isNext ? 'rejected' : 'void',
  });
}
