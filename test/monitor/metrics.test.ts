import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { ALERT_NAMES, ALERTS, ruleName } from '../../src/domain/alerts/catalogue.ts';
import { newEvent } from '../../src/domain/events.ts';
import type { EndpointStatus } from '../../src/domain/views/endpoints.ts';
import { listenForMonitor } from '../../src/monitor/listener.ts';
import { gather } from '../../src/monitor/metrics/gather.ts';
import { countEvent, createMetrics } from '../../src/monitor/metrics/metrics.ts';
import { createCounting } from '../../src/monitor/monitor.ts';
import { hash } from '../store/samples.ts';
import { RecordingService } from '../support/recording-service.ts';

const OPS = new URL('../../ops/', import.meta.url);
const DOCS = new URL('../../docs/', import.meta.url);
const readOps = (name: string) => readFileSync(new URL(name, OPS), 'utf8');

const ENDPOINT: EndpointStatus = {
  chain: 'relay',
  name: 'relay endpoint 1 of 2',
  standing: 'lying',
  reason: null,
  score: 1,
  newest: 1,
  lag: 0,
  heads: null,
  latencyMs: 40,
  answeredAgoMs: 1500,
  refusals: 1,
  failures: 2,
  malformed: 3,
  lies: 4,
};

const at = { paraId: 2000, relayBlock: 1 };
const moved = (from: string, to: string) =>
  newEvent(at, 'state-changed', {
    from,
    to,
    reason: null,
    round: 1,
    roundId: null,
    anchor: null,
    approved: null,
  });

/** Metrics of a service that has seen something of every kind. */
async function filled() {
  const { metrics, counting } = createCounting(hash(1));
  const events = [
    moved('optInRescue', 'voting'),
    moved('voting', 'optInRescue'),
    moved('voting', 'upgrading.planning'),
    moved('voting', 'healthy'),
    newEvent(at, 'step-sent', { title: 'x', chain: 'relay chain', extrinsic: hash(2) }),
    newEvent(at, 'vote-counted', {
      account: hash(3),
      choice: 'aye',
      proposal: hash(4),
      power: '1',
      sequence: 1,
    }),
  ];
  for (const [index, event] of events.entries()) counting.event({ id: index + 1, at: 0, ...event });
  await counting.nextBlock(async () => ({ kind: 'accepted' }))({
    number: 1,
    hash: hash(1),
    stateRoot: hash(1),
  });
  await counting
    .proposal(() => Promise.reject(new Error('away')))(
      {} as Parameters<ReturnType<typeof counting.proposal>>[0],
    )
    .catch(() => undefined);
  metrics.alertsSent.inc({ hook: 'oncall' }, 2);
  metrics.alertsFailed.inc({ hook: 'oncall' });
  const service = new RecordingService();
  const trouble = {
    cause: 'inclusion-frozen',
    since: 1,
    stopped: 1,
    lived: 2,
    first: [2000],
    sentence: 'x',
  } as const;
  const fleet = { ...service.fleet(), troubles: [trouble] };
  const status = { ...service.status(), fleet, endpoints: [ENDPOINT] };
  const alert = { key: 'para-stalled/2000', name: 'para-stalled', severity: 'critical' } as const;
  const rest = { paraId: 2000, paraName: null, incident: null, summary: '', since: 0, seen: 0 };
  const firing = [{ ...alert, ...rest, goneSince: null, resolvedAt: null, told: [] }];
  gather(metrics, { status, findings: [], firing, waiting: { oncall: 1 } });
  return { metrics, status };
}

/** Names of series in the text format. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^([a-z_]\w*)(?:\{| )/gm)].map(([, name]) => name ?? ''));
}

/** Names of metrics in a query, functions and labels aside. */
function namesOf(query: string): string[] {
  return [...query.matchAll(/\b(?:pararescue|process|nodejs)_\w+/g)].map(([name]) => name);
}

describe('metrics', () => {
  it('show what the service sees and counts', async () => {
    const { metrics } = await filled();
    const text = await metrics.registry.metrics();
    for (const line of [
      'pararescue_relay_sight 1',
      'pararescue_relay_finalized_block 120',
      'pararescue_relay_finalized_age_seconds 20',
      'pararescue_para_condition{para="2000",condition="stalled"} 1',
      'pararescue_para_condition{para="2000",condition="healthy"} 0',
      'pararescue_para_state{para="2000",state="voting"} 1',
      'pararescue_para_cause{para="2000",cause="bad-runtime"} 1',
      'pararescue_para_head_age_blocks{para="2000"} 60',
      'pararescue_para_last_head_block{para="2000"} 30',
      'pararescue_endpoint_standing{chain="relay",endpoint="relay endpoint 1 of 2",standing="lying"} 1',
      'pararescue_endpoint_answered_age_seconds{chain="relay",endpoint="relay endpoint 1 of 2"} 1.5',
      'pararescue_endpoint_lies_total{chain="relay",endpoint="relay endpoint 1 of 2"} 4',
      'pararescue_events_total{type="vote-counted",severity="info"} 1',
      'pararescue_votes_total{para="2000"} 1',
      'pararescue_rounds_total{para="2000",happened="opened"} 1',
      'pararescue_rounds_total{para="2000",happened="approved"} 1',
      'pararescue_rounds_total{para="2000",happened="rejected"} 1',
      'pararescue_rounds_total{para="2000",happened="void"} 1',
      'pararescue_route_steps_total{para="2000",happened="sent"} 1',
      'pararescue_trials_total{kind="next-block",outcome="accepted"} 1',
      'pararescue_trials_total{kind="proposal",outcome="impossible"} 1',
      'pararescue_alerts_firing{alert="para-stalled",severity="critical"} 1',
      'pararescue_alerts_sent_total{hook="oncall"} 2',
      'pararescue_alerts_failed_total{hook="oncall"} 1',
      'pararescue_alerts_waiting{hook="oncall"} 1',
      'pararescue_fleet_trouble{cause="inclusion-frozen"} 1',
      'pararescue_fleet_paras{condition="healthy"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('have no series for what is not known, nor for what is no more, and count from zero at each look', async () => {
    const { metrics, status } = await filled();
    const sight = { ...status.sight, block: null, blockAgeMs: null, blind: 'no block' };
    const nothing = { findings: [], firing: [], waiting: {} };
    gather(metrics, { status, ...nothing });
    expect(await metrics.registry.metrics()).toContain(
      'pararescue_endpoint_lies_total{chain="relay",endpoint="relay endpoint 1 of 2"} 4',
    );
    gather(metrics, { status: { ...status, sight, relay: null, paras: [], endpoints: [] }, ...nothing });
    const names = namesIn(await metrics.registry.metrics());
    for (const gone of [
      'relay_finalized_block',
      'relay_finalized_age_seconds',
      'para_state',
      'endpoint_standing',
    ]) {
      expect(names).not.toContain(`pararescue_${gone}`);
    }
    expect(names).toContain('pararescue_relay_sight');
  });

  it('keep to the conventions of Prometheus, in a registry of their own', () => {
    const { registry } = createMetrics(hash(1));
    createMetrics(hash(2));
    for (const metric of registry.getMetricsAsArray()) {
      const { name, help } = metric;
      if (!name.startsWith('pararescue_')) continue;
      expect(name).toMatch(/^[a-z][a-z0-9_]*[a-z0-9]$/);
      expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kb|percent)(?:_|$)/);
      expect([name, name.endsWith('_total')]).toEqual([name, metric.constructor.name === 'Counter']);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('are listed in docs/monitoring.md, with their types and labels', () => {
    const page = readFileSync(new URL('monitoring.md', DOCS), 'utf8');
    const { registry } = createMetrics(hash(1));
    const rows = registry
      .getMetricsAsArray()
      .filter(({ name }) => name.startsWith('pararescue_'))
      .map((metric) => {
        const { labelNames = [] } = metric as unknown as { labelNames?: string[] };
        const labels = labelNames.map((label) => `\`${label}\``).join(', ') || 'none';
        return `| \`${metric.name}\` | ${metric.constructor.name.toLowerCase()} | ${labels} | ${metric.help} |`;
      });
    expect(page.split('\n').filter((line) => line.startsWith('| `pararescue_'))).toEqual(rows);
  });
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}
const RULES = (parse(readOps('prometheus-alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

describe('the alert rules', () => {
  it('are those of the catalogue, as severe and as late, each with its runbook', () => {
    const expected = ALERT_NAMES.filter((name) =>
      (ALERTS[name].by as readonly string[]).includes('prometheus'),
    );
    expect(RULES.map(({ alert }) => alert).sort()).toEqual(expected.map(ruleName).sort());
    for (const name of expected) {
      const rule = RULES.find(({ alert }) => alert === ruleName(name));
      const { severity, afterSeconds } = ALERTS[name];
      // What an event raises is as severe as the event.
      const wanted = name === 'service-event' ? '{{ $labels.severity }}' : severity;
      expect([name, rule?.labels.severity]).toEqual([name, wanted]);
      expect([name, rule?.for ?? '0m']).toEqual([name, `${afterSeconds / 60}m`]);
      expect(rule?.annotations).toMatchObject({
        summary: expect.any(String),
        description: expect.any(String),
        runbook_url: expect.stringMatching(new RegExp(`runbooks/${name}(?:\\.md)?$`)),
      });
    }
  });

  it('and the dashboard ask for metrics that there are', async () => {
    const { metrics } = await filled();
    const there = namesIn(await metrics.registry.metrics());
    const dashboard = JSON.parse(readOps('grafana-dashboard.json')) as {
      panels: { targets: { expr: string }[] }[];
      templating: unknown;
    };
    const panels = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const variables = JSON.stringify(dashboard.templating);
    const rules = RULES.flatMap(({ expr, annotations }) => [expr, ...Object.values(annotations)]);
    const asked = [...panels, variables, ...rules].flatMap(namesOf);
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((name) => !there.has(name))).toEqual([]);
  });

  const promtool = process.env.PROMTOOL ?? 'promtool';
  it('hold before promtool, and in the stories that it plays', async (context) => {
    const run = promisify(execFile);
    const isThere = await run(promtool, ['--version']).then(
      () => true,
      () => false,
    );
    if (!isThere) context.skip(`${promtool} is not there: the Debian package "prometheus" has it`);
    const cwd = fileURLToPath(OPS);
    const checked = await run(promtool, ['check', 'rules', 'prometheus-alerts.yml'], { cwd });
    expect(checked.stdout).toMatch(new RegExp(`SUCCESS: ${RULES.length} rules found`));
    await run(promtool, ['test', 'rules', 'prometheus-alerts.test.yml'], { cwd });
  });
});

describe('runbooks', () => {
  it('are there for each alert, and for nothing else', () => {
    const files = readdirSync(new URL('runbooks/', DOCS));
    expect(files.sort()).toEqual(ALERT_NAMES.map((name) => `${name}.md`).sort());
  });

  it.each(ALERT_NAMES)(
    'say of %s what it means, what to look at, by which commands, and what not to do',
    (name) => {
      const text = readFileSync(new URL(`runbooks/${name}.md`, DOCS), 'utf8');
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual([name, 'What it means', 'What to look at', 'Commands', 'What not to do']);
      const sections = text.split(/^## .*$/m).slice(1);
      for (const section of sections) expect(section.trim()).not.toBe('');
      expect(sections[2]).toMatch(/^ {4}pararescue \w/m);
    },
  );
});

describe('the listener', () => {
  async function listen() {
    const { metrics } = await filled();
    const { registry } = metrics;
    const listener = await listenForMonitor(
      { host: '127.0.0.1', port: 0 },
      { contentType: registry.contentType, text: () => registry.metrics() },
    );
    onTestFinished(() => listener.close());
    return listener;
  }

  it('serves metrics and runbooks, and nothing else', async () => {
    const { url } = await listen();
    const metrics = await fetch(`${url}/metrics`);
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(namesIn(await metrics.text())).toContain('process_cpu_seconds_total');
    const runbook = await fetch(`${url}/runbooks/para-stalled`);
    expect(await runbook.text()).toMatch(/^# para-stalled\n/);
    for (const path of ['/', '/runbooks/', '/runbooks/nonsense', '/runbooks/..%2Fconfig', '/v1/status']) {
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('says where it cannot listen', async () => {
    const { url } = await listen();
    const port = Number(new URL(url).port);
    const text = async () => '';
    await expect(
      listenForMonitor({ host: '127.0.0.1', port }, { contentType: 'text/plain', text }),
    ).rejects.toMatchObject({
      code: 'RESCUE_CONFIG_INVALID',
      message: expect.stringContaining('metrics.port'),
    });
  });
});

it('counts an event of another version by its name', () => {
  const metrics = createMetrics(hash(1));
  countEvent(metrics, { id: 1, at: 0, ...at, type: 'later', severity: 'info', message: '', data: {} });
  expect(metrics.registry.getSingleMetric('pararescue_events_total')).toBeDefined();
});
