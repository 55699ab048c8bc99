import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AlertMessage } from '../../src/domain/alerts/alert.ts';
import type { AlertFacts } from '../../src/domain/alerts/levels.ts';
import { type AlertHook, startAlerts, type Telling } from '../../src/monitor/alerts/alert-keeper.ts';
import { alertBody } from '../../src/monitor/alerts/formats.ts';
import { openStore } from '../../src/store/open.ts';
import { hash } from '../store/samples.ts';
import { RecordingService } from '../support/recording-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openReceiver, type Received } from './receiver.ts';

const PACE = { lookMs: 10, timeoutMs: 300, firstWaitMs: 20 };
const soon = { timeout: 20_000, interval: 10 };

function facts(is: 'healthy' | 'stalled'): AlertFacts {
  const status = new RecordingService().status();
  const [para] = status.paras;
  if (!para) throw new Error('the service has no para');
  return {
    status: { ...status, paras: [{ ...para, condition: { is, sentence: `it is ${is}` }, state: is }] },
    troubled: [],
    findings: [],
  };
}

function idsIn(received: Received | undefined): string[] {
  return ((received?.body.alerts ?? []) as { id: string }[]).map(({ id }) => id);
}

async function keepAlerts(hook: Partial<AlertHook> & { readonly url: string }, folder?: string) {
  const store = await openStore(folder ?? (await temporaryFolder()));
  const told: Telling[] = [];
  const seen = { now: facts('healthy') };
  const keeper = await startAlerts({
    alerts: store.alerts,
    hooks: [{ name: 'oncall', format: 'json', token: null, severity: 'warning', ...hook }],
    facts: () => seen.now,
    events: async function* () {},
    lastEventId: async () => 0,
    relayGenesis: hash(1),
    runbooks: 'docs/runbooks',
    resolveAfterMs: 20,
    now: Date.now,
    onTold: (telling) => told.push(telling),
    onFailed: (error) => {
      throw error;
    },
    pace: PACE,
  });
  const stop = async () => {
    await keeper.stop();
    await store.close();
  };
  onTestFinished(stop);
  return { keeper, told, seen, stop };
}

describe('a webhook', () => {
  it('is told once of the beginning and once of the end, with the same id', async () => {
    const receiver = await openReceiver();
    const { seen, keeper } = await keepAlerts({ url: `${receiver.url}/hook`, token: 'a-token' });
    seen.now = facts('stalled');
    await vi.waitFor(() => expect(receiver.told()).toEqual(['para-stalled firing']), soon);
    expect(keeper.firing().map(({ name }) => name)).toEqual(['para-stalled']);
    seen.now = facts('healthy');
    await vi.waitFor(() => expect(receiver.told()).toHaveLength(2), soon);
    expect(receiver.told()).toEqual(['para-stalled firing', 'para-stalled resolved']);
    const [first, last] = receiver.taken;
    const ids = [first, last].map((one) => idsIn(one));
    expect(ids[0]).toEqual(ids[1]);
    expect(first).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: { authorization: 'Bearer a-token', 'content-type': 'application/json' },
      body: {
        version: 1,
        relayGenesis: hash(1),
        alerts: [
          {
            severity: 'critical',
            para: 2000,
            paraName: 'Sample',
            runbook: 'docs/runbooks/para-stalled.md',
            until: null,
          },
        ],
      },
    });
    expect(keeper.firing()).toEqual([]);
  });

  it('that refuses is asked again with growing pauses, gets what lasts when it is back, and is named once', async () => {
    const receiver = await openReceiver();
    receiver.answer.status = 500;
    const { seen, told, keeper } = await keepAlerts(receiver);
    seen.now = facts('stalled');
    await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(3), soon);
    expect(told.every(({ refusal }) => refusal === 'it answers with status 500')).toBe(true);
    expect(told.slice(0, 3).map(({ refusalsBefore }) => refusalsBefore)).toEqual([0, 1, 2]);
    expect(keeper.waiting('oncall')).toBe(1);
    receiver.answer.status = 204;
    await vi.waitFor(() => expect(receiver.told()).toEqual(['para-stalled firing']), soon);
    await vi.waitFor(() => expect(keeper.waiting('oncall')).toBe(0), soon);
  });

  it('is told nothing of what began and ended while it was away', async () => {
    const receiver = await openReceiver();
    receiver.answer.status = 500;
    const { seen, told, keeper } = await keepAlerts(receiver);
    seen.now = facts('stalled');
    await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(1), soon);
    seen.now = facts('healthy');
    await vi.waitFor(() => expect(keeper.firing()).toEqual([]), soon);
    receiver.answer.status = 200;
    expect(receiver.told()).toEqual([]);
    expect(keeper.waiting('oncall')).toBe(0);
  });

  it('that does not answer, redirects or is not there is left without its URL in any word', async () => {
    const receiver = await openReceiver();
    const elsewhere = await openReceiver();
    const secret = 'T0SECRETSECRET';
    receiver.answer.silent = true;
    const { seen, told } = await keepAlerts({ url: `${receiver.url}/${secret}`, token: secret });
    seen.now = facts('stalled');
    const refusals = () => told.map(({ refusal }) => refusal);
    await vi.waitFor(() => expect(refusals()).toContain('no answer within 0.3 s'), soon);
    Object.assign(receiver.answer, {
      silent: false,
      status: 307,
      headers: { location: `${elsewhere.url}/${secret}` },
    });
    await vi.waitFor(() => expect(refusals().at(-1)).toMatch(/redirects elsewhere/), soon);
    const gone = await keepAlerts({ url: `http://127.0.0.1:1/${secret}` });
    gone.seen.now = facts('stalled');
    await vi.waitFor(() => expect(gone.told.length).toBeGreaterThanOrEqual(1), soon);
    expect(elsewhere.taken).toEqual([]);
    expect(JSON.stringify([told, gone.told])).not.toContain(secret);
  });

  it('that wants to be left alone for a while is', async () => {
    const receiver = await openReceiver();
    Object.assign(receiver.answer, { status: 429, headers: { 'retry-after': '3600' } });
    const { seen, told } = await keepAlerts(receiver);
    seen.now = facts('stalled');
    await vi.waitFor(() => expect(told).toHaveLength(1), soon);
    receiver.answer.status = 200;
    seen.now = facts('stalled');
    expect(receiver.refused).toHaveLength(1);
    expect(receiver.taken).toEqual([]);
  });
});

describe('over kills', () => {
  const SCRIPT = fileURLToPath(new URL('../support/alerting-process.mjs', import.meta.url));

  /** A process with the built code, which says `look` after each look that it was asked for. */
  async function live(folder: string, url: string) {
    const child: ChildProcess = spawn(process.execPath, [SCRIPT, folder, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const is = (condition: string) => child.stdin?.write(`${condition}\n`);
    const kill = async () => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    };
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const says = (word: string) => vi.waitFor(() => expect(said).toContain(word), soon);
    await says('ready');
    return { is, kill, says };
  }

  it('a hook is told each beginning and each end once, whatever the service died of in between', {
    timeout: 120_000,
  }, async () => {
    const folder = await temporaryFolder();
    const receiver = await openReceiver();
    const first = await live(folder, receiver.url);
    first.is('stalled');
    await vi.waitFor(() => expect(receiver.told()).toEqual(['para-stalled firing']), soon);
    await first.says('told');
    await first.kill();
    receiver.answer.status = 500;
    const second = await live(folder, receiver.url);
    second.is('healthy');
    await vi.waitFor(() => expect(receiver.told(receiver.refused)).toContain('para-stalled resolved'), soon);
    await second.kill();
    receiver.answer.status = 200;
    const third = await live(folder, receiver.url);
    third.is('healthy');
    await vi.waitFor(() => expect(receiver.told()).toContain('para-stalled resolved'), soon);
    await third.says('told');
    await third.kill();
    const fourth = await live(folder, receiver.url);
    fourth.is('no-core');
    await vi.waitFor(() => expect(receiver.told()).toContain('para-without-core firing'), soon);
    await fourth.kill();
    expect(receiver.told()).toEqual([
      'para-stalled firing',
      'para-stalled resolved',
      'para-without-core firing',
    ]);
  });
});

describe('formats', () => {
  const message: AlertMessage = {
    id: 'para-stalled/2000@0',
    key: 'para-stalled/2000',
    status: 'firing',
    name: 'para-stalled',
    severity: 'critical',
    paraId: 2000,
    paraName: 'A <b>para</b>',
    incident: 3,
    summary: 'panicked at <!channel> & "co" @here',
    since: 0,
    until: null,
  };
  const batch = { messages: [message], relayGenesis: hash(1), runbooks: 'https://wiki.example.org/rb' };

  it('for Slack mention nobody, and say what, whose, since when, and where the runbook is', () => {
    expect(alertBody('slack', batch)).toEqual({
      text: [
        '*[CRITICAL] para-stalled para 2000 (A &lt;b&gt;para&lt;/b&gt;)*',
        'panicked at &lt;!channel&gt; &amp; "co" @\u200bhere',
        'since 1970-01-01 00:00:00 UTC, incident 3',
        'runbook: https://wiki.example.org/rb/para-stalled.md',
      ].join('\n'),
    });
    const over = { ...message, status: 'resolved', until: 600_000 } as const;
    expect(alertBody('slack', { ...batch, messages: [over] })).toMatchObject({
      text: expect.stringMatching(/^\*\[RESOLVED\] para-stalled[\s\S]*lasted 10 min, incident 3$/),
    });
  });

  it('for Matrix are the content of a message, as text and as HTML, with a transaction of their own', async () => {
    expect(alertBody('matrix', batch)).toMatchObject({
      msgtype: 'm.text',
      body: expect.stringContaining(
        '[CRITICAL] para-stalled para 2000 (A <b>para</b>)\npanicked at <!channel>',
      ),
      format: 'org.matrix.custom.html',
      formatted_body: expect.stringContaining(
        'A &lt;b&gt;para&lt;/b&gt;)</strong><br>panicked at &lt;!channel&gt; &amp; &quot;co&quot;',
      ),
      'm.mentions': {},
    });
    const receiver = await openReceiver();
    const { seen } = await keepAlerts({ url: `${receiver.url}/send/m.room.message/{id}`, format: 'matrix' });
    seen.now = facts('stalled');
    await vi.waitFor(() => expect(receiver.taken).toHaveLength(1), soon);
    expect(receiver.taken[0]).toMatchObject({
      method: 'PUT',
      path: expect.stringMatching(/^\/send\/m\.room\.message\/[0-9a-f]{32}$/),
    });
  });
});
