import type { Alert } from '../../domain/alerts/alert.ts';
import { CONDITIONS } from '../../domain/chain/condition.ts';
import { missingReleases } from '../../domain/round/release.ts';
import { type EndpointStatus, STANDINGS } from '../../domain/views/endpoints.ts';
import type { ParaStatus, ServiceStatus } from '../../domain/views/status.ts';
import type { StoreFinding } from '../../domain/views/store.ts';
import type { Metrics } from './metrics.ts';

export interface Gathered {
  readonly status: ServiceStatus;
  readonly findings: readonly StoreFinding[];
  readonly firing: readonly Alert[];
  /** Messages that wait, by hook. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** Sets all metrics that show what is now; what is no more has no series afterwards. */
export function gather(metrics: Metrics, { status, findings, firing, waiting }: Gathered): void {
  const { sight, relay, finality, paras, endpoints = [] } = status;
  metrics.sight.set(sight.blind === null ? 1 : 0);
  metrics.actable.set(finality.actable ? 1 : 0);
  metrics.readAge.set(sight.readAgoMs / 1_000);
  metrics.blindAfter.set(sight.limitMs / 1_000);
  // A number that is not known has no series: 0 would be one.
  for (const [gauge, value] of [
    [metrics.finalized, relay?.finalized],
    [metrics.best, relay?.best],
    [metrics.blockAge, sight.blockAgeMs === null ? undefined : sight.blockAgeMs / 1_000],
  ] as const) {
    if (value === undefined) gauge.remove();
    else gauge.set(value);
  }
  const { name, condition, state, cause, headAge, head, round, incident, missingReleases: missing } = metrics;
  for (const gauge of [name, condition, state, cause, headAge, head, round, incident, missing]) gauge.reset();
  for (const para of paras) gatherPara(metrics, para);
  metrics.fleetParas.reset();
  for (const [is, count] of Object.entries(status.fleet?.conditions ?? {})) {
    metrics.fleetParas.set({ condition: is }, count);
  }
  metrics.fleetTrouble.reset();
  for (const trouble of status.fleet?.troubles ?? []) {
    metrics.fleetTrouble.set({ cause: trouble.cause }, 1);
  }
  const { standing, answeredAge, latency } = metrics;
  for (const gauge of [standing, answeredAge, latency]) gauge.reset();
  for (const counter of Object.values(metrics.endpointCounts)) counter.reset();
  for (const endpoint of endpoints) gatherEndpoint(metrics, endpoint);
  metrics.findings.reset();
  for (const holds of ['nobody', 'para', 'all'] as const) {
    const count = findings.filter((finding) => finding.holds === holds).length;
    metrics.findings.set({ holds }, count);
  }
  metrics.alertsFiring.reset();
  for (const { name: alert, severity } of firing) metrics.alertsFiring.inc({ alert, severity });
  metrics.alertsWaiting.reset();
  for (const [hook, count] of Object.entries(waiting)) metrics.alertsWaiting.set({ hook }, count);
}

function gatherPara(metrics: Metrics, status: ParaStatus): void {
  const para = String(status.paraId);
  metrics.name.set({ para, name: status.name }, 1);
  for (const condition of CONDITIONS) {
    metrics.condition.set({ para, condition }, status.condition.is === condition ? 1 : 0);
  }
  metrics.state.set({ para, state: status.state }, 1);
  if (status.diagnosis) metrics.cause.set({ para, cause: status.diagnosis.cause }, 1);
  const { stall, observation, round, incident } = status;
  if (stall && stall.age !== null) metrics.headAge.set({ para }, stall.age);
  if (observation?.head) metrics.head.set({ para }, observation.head.number);
  metrics.round.set({ para }, round);
  metrics.missingReleases.set({ para }, missingReleases(status.state, status.release));
  metrics.incident.set({ para }, incident && incident.end === null ? incident.number : 0);
}

function gatherEndpoint(metrics: Metrics, status: EndpointStatus): void {
  const at = { chain: status.chain, endpoint: status.name };
  for (const standing of STANDINGS) {
    metrics.standing.set({ ...at, standing }, status.standing === standing ? 1 : 0);
  }
  if (status.answeredAgoMs !== null) metrics.answeredAge.set(at, status.answeredAgoMs / 1_000);
  if (status.latencyMs !== null) metrics.latency.set(at, status.latencyMs / 1_000);
  const { lies, failures, refusals, malformed } = metrics.endpointCounts;
  lies.inc(at, status.lies);
  failures.inc(at, status.failures);
  refusals.inc(at, status.refusals);
  malformed.inc(at, status.malformed);
}
