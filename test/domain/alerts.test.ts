import { describe, expect, it } from 'vitest';
import { afterLook, afterTelling, EVENT_QUIET_MS, raise, toTell } from '../../src/domain/alerts/advance.ts';
import type { Alert, Level } from '../../src/domain/alerts/alert.ts';
import { ALERT_NAMES, ALERTS, ruleName } from '../../src/domain/alerts/catalogue.ts';
import { type AlertFacts, isUnseen, levelOfEvent, levelsOf } from '../../src/domain/alerts/levels.ts';
import type { ConditionName } from '../../src/domain/chain/condition.ts';
import { newEvent } from '../../src/domain/events.ts';
import type { Hex } from '../../src/domain/units.ts';
import { RecordingService } from '../support/recording-service.ts';

const HOOK = { name: 'oncall', severity: 'warning' } as const;
const RESOLVE_MS = 1_000;

/** What a service sees whose one para is in this condition and state. */
function facts(is: ConditionName, state = 'healthy', blind: string | null = null): AlertFacts {
  const status = new RecordingService().status();
  const [para] = status.paras;
  if (!para) throw new Error('the service has no para');
  return {
    status: {
      ...status,
      sight: { ...status.sight, blind },
      paras: [{ ...para, condition: { is, sentence: `it is ${is}` }, state, incident: null }],
    },
    troubled: [],
    findings: [],
  };
}

type Alerts = ReadonlyMap<string, Alert>;

function look(alerts: Alerts, seen: AlertFacts, now: number): Alerts {
  const unseen = (alert: Alert) => isUnseen(alert, seen);
  return afterLook(alerts, { levels: levelsOf(seen), isUnseen: unseen, now, resolveAfterMs: RESOLVE_MS });
}

/** Tells the hook what it is owed. @returns what it was told */
function tell(alerts: Alerts, now: number, hook: { name: string; severity: Level['severity'] } = HOOK) {
  const messages = toTell(alerts, hook, now);
  return {
    alerts: afterTelling(alerts, hook.name, messages, now),
    told: messages.map(({ name, status }) => `${name} ${status}`),
    ids: messages.map(({ id }) => id),
  };
}

const NONE: Alerts = new Map();

describe('what is wrong', () => {
  const names = (seen: AlertFacts) => levelsOf(seen).map(({ name }) => name);

  it.each([
    ['healthy', 'healthy', []],
    ['idle', 'healthy', []],
    ['unknown', 'healthy', []],
    ['stalled', 'stalled', ['para-stalled']],
    ['stalled', 'voting', ['para-stalled', 'rescue-open']],
    ['stalled', 'escalated', ['para-stalled', 'rescue-escalated']],
    ['no-core', 'healthy', ['para-without-core']],
    ['not-live', 'healthy', ['para-not-live']],
    ['never-started', 'healthy', ['para-not-live']],
    ['not-registered', 'healthy', ['para-not-live']],
    ['healthy', 'held', ['para-held']],
  ] as const)('of a para that is %s, in state %s: %j', (is, state, expected) => {
    expect(names(facts(is, state))).toEqual(expected);
  });

  it('is that people have not released what is approved, until they have or it is under way', () => {
    const account = `0x${'0a'.repeat(32)}` as const;
    const place = { relayGenesis: account, paraId: 2000, anchor: account, round: 1, roundId: account };
    const release = (released: readonly Hex[]) => ({
      decision: { ...place, proposal: account, codeHash: account, policy: account },
      standings: [{ by: 'policy' as const, threshold: 1, released, open: [] }],
      released: released.length > 0,
      begun: false,
      statements: [],
      sentence: 'waits for release',
    });
    const seen = (state: string, released: readonly Hex[]) => {
      const { status, ...rest } = facts('stalled', state);
      const paras = status.paras.map((para) => ({ ...para, release: release(released) }));
      return names({ ...rest, status: { ...status, paras } });
    };
    expect(seen('upgrading.carryingOut', [])).toEqual(['para-stalled', 'release-waiting']);
    expect(seen('upgrading.carryingOut', [account])).toEqual(['para-stalled']);
    expect(seen('upgrading.awaitingFirstHeads', [])).toEqual(['para-stalled']);
  });

  it('is that nothing is seen, and not that nothing was seen yet', () => {
    expect(names(facts('unknown', 'healthy', 'no newer block'))).toEqual(['sight-lost']);
    const { status, ...rest } = facts('unknown', 'healthy', 'no block since the start');
    const starting = { ...status, sight: { ...status.sight, block: null, readAgoMs: 5 } };
    expect(names({ status: starting, ...rest })).toEqual([]);
  });

  it('of all paras is told once for many, and else of each that is not named', () => {
    const seen = facts('healthy');
    const row = {
      paraId: 3000,
      name: null,
      condition: 'stalled',
      sentence: 'no head',
      age: 60,
      cause: null,
      configured: false,
    } as const;
    const fleet = new RecordingService().fleet();
    const single = {
      ...seen,
      status: { ...seen.status, fleet: { ...fleet, troubles: [] } },
      troubled: [row],
    };
    expect(levelsOf(single)).toMatchObject([{ key: 'para-stalled/3000', paraId: 3000 }]);
    const trouble = { cause: 'inclusion-frozen', since: 1, sentence: 'frozen', stopped: 9, first: [3000] };
    const many = {
      ...single,
      status: { ...single.status, fleet: { ...fleet, troubles: [{ ...fleet.troubles[0], ...trouble }] } },
    } as AlertFacts;
    expect(levelsOf(many)).toMatchObject([{ key: 'fleet-trouble/inclusion-frozen', severity: 'critical' }]);
    const { alerts } = tell(look(NONE, single, 0), 0);
    expect(tell(look(alerts, many, 1e6), 1e6).told).toEqual(['fleet-trouble firing']);
  });

  it('is told of a stalled para with its cause', () => {
    const [level] = levelsOf(facts('stalled', 'stalled'));
    expect(level).toMatchObject({
      key: 'para-stalled/2000',
      severity: 'critical',
      paraName: 'Sample',
      summary: 'it is stalled. Cause: bad-runtime: the runtime panics',
    });
  });

  it('is an event that nothing else stands for, once by name and para', () => {
    const at = { paraId: 2000, relayBlock: 1 };
    const lost = newEvent(at, 'sight-lost', { block: 1, reason: 'x' });
    const trouble = newEvent(at, 'node-trouble', { reason: 'it is away' });
    expect(levelOfEvent(lost)).toBeNull();
    expect(levelOfEvent(newEvent(at, 'census-complete', { head: '0x00', entries: 1, bytes: 1 }))).toBeNull();
    expect(levelOfEvent(trouble)).toMatchObject({
      key: 'event/node-trouble/2000',
      name: 'service-event',
      severity: 'warning',
    });
  });
});

describe('a hook', () => {
  it('is told once while it lasts, and once that it is over', () => {
    let alerts = look(NONE, facts('stalled'), 0);
    const first = tell(alerts, 0);
    expect(first.told).toEqual(['para-stalled firing']);
    alerts = first.alerts;
    for (let now = 1; now < 100; now += 1) {
      alerts = look(alerts, facts('stalled'), now);
      expect(tell(alerts, now).told).toEqual([]);
    }
    alerts = look(alerts, facts('healthy'), 100);
    expect(tell(alerts, 100).told).toEqual([]);
    alerts = look(alerts, facts('healthy'), 100 + RESOLVE_MS);
    const last = tell(alerts, 100 + RESOLVE_MS);
    expect(last.told).toEqual(['para-stalled resolved']);
    expect(last.ids).toEqual(first.ids);
    expect(last.alerts.size).toBe(0);
  });

  it('is told nothing of what flaps within the time of rest, but its beginning', () => {
    let alerts: Alerts = tell(look(NONE, facts('stalled'), 0), 0).alerts;
    for (let now = 0; now < 10 * RESOLVE_MS; now += RESOLVE_MS / 2) {
      alerts = look(alerts, facts(now % RESOLVE_MS === 0 ? 'healthy' : 'stalled'), now);
      expect(tell(alerts, now).told).toEqual([]);
    }
  });

  it('is told what was found by then, and not what fitted before anything was looked at', () => {
    const at = (sentence: string, triedAt: number | null): AlertFacts => {
      const { status, ...rest } = facts('stalled');
      const found = { cause: 'collators-down', confidence: 'inferred', sentence, triedAt } as const;
      const paras = status.paras.map((para) => ({
        ...para,
        diagnosis: para.diagnosis && { ...para.diagnosis, ...found },
      }));
      return { status: { ...status, paras }, ...rest };
    };
    let alerts = look(NONE, at('untried', null), 0);
    const summary = (now: number) => toTell(alerts, HOOK, now)[0]?.summary;
    expect(summary(0)).toContain('. Likely cause, its next block was not tried yet: collators-down: untried');
    alerts = look(alerts, at('tried', 100), 1);
    expect(summary(1)).toContain('. Cause: collators-down: tried');
    alerts = tell(alerts, 1).alerts;
    expect(look(alerts, at('another', 101), 2).get('para-stalled/2000')).toBe(
      alerts.get('para-stalled/2000'),
    );
  });

  it('is told of beginnings and ends also after a clock that was far ahead was set back', () => {
    const ahead = 1e12;
    const waiting = look(NONE, facts('stalled'), ahead);
    const first = tell(look(waiting, facts('stalled'), 0), 0);
    expect(first.told).toEqual(['para-stalled firing']);
    let alerts = look(
      tell(look(waiting, facts('stalled'), ahead), ahead).alerts,
      facts('healthy'),
      ahead + 1,
    );
    for (const now of [0, RESOLVE_MS]) alerts = look(alerts, facts('healthy'), now);
    expect(tell(alerts, RESOLVE_MS).told).toEqual(['para-stalled resolved']);
    const known = new Map(look(NONE, facts('healthy'), ahead));
    const event = levelOfEvent(newEvent({ paraId: 2000, relayBlock: 1 }, 'node-trouble', { reason: 'x' }));
    if (event === null) throw new Error('it raises nothing');
    raise(known, event, ahead);
    alerts = look(look(known, facts('healthy'), 0), facts('healthy'), EVENT_QUIET_MS);
    expect(alerts.size).toBe(0);
  });

  it('is told no end while nothing is known of the para, and the end when it is seen to be well', () => {
    let alerts: Alerts = tell(look(NONE, facts('stalled'), 0), 0).alerts;
    alerts = look(alerts, facts('unknown', 'healthy', 'no newer block'), 1);
    const blind = tell(look(alerts, facts('unknown', 'healthy', 'no newer block'), 1e6), 1e6);
    expect(blind.told).toEqual(['sight-lost firing']);
    alerts = look(blind.alerts, facts('healthy'), 2e6);
    alerts = look(alerts, facts('healthy'), 2e6 + RESOLVE_MS);
    expect(tell(alerts, 2e6 + RESOLVE_MS).told.sort()).toEqual([
      'para-stalled resolved',
      'sight-lost resolved',
    ]);
  });

  it('that was not there is told what is wrong when it is back, and nothing of what is over', () => {
    let alerts = look(NONE, facts('stalled'), 0);
    alerts = look(alerts, facts('no-core'), 1);
    alerts = look(alerts, facts('no-core'), 1 + RESOLVE_MS);
    expect(tell(alerts, 1 + RESOLVE_MS).told).toEqual(['para-without-core firing']);
  });

  it('is told nothing when it is wrong again before anybody was told of the end, and anew afterwards', () => {
    const first = tell(look(NONE, facts('stalled'), 0), 0);
    let alerts = look(first.alerts, facts('healthy'), 1);
    alerts = look(alerts, facts('healthy'), 1 + RESOLVE_MS);
    expect(toTell(alerts, HOOK, 2 + RESOLVE_MS)).toHaveLength(1);
    const back = look(alerts, facts('stalled'), 2 + RESOLVE_MS);
    expect(tell(back, 2 + RESOLVE_MS).told).toEqual([]);
    // The end was on its way when it came back.
    const crossed = afterTelling(back, HOOK.name, toTell(alerts, HOOK, 2 + RESOLVE_MS), 3 + RESOLVE_MS);
    const again = tell(crossed, 3 + RESOLVE_MS);
    expect(again.told).toEqual(['para-stalled firing']);
    expect(again.ids).not.toEqual(first.ids);
  });

  it('is told by its least severity, each hook for itself', () => {
    const alerts = look(NONE, facts('stalled', 'voting'), 0);
    const night = { name: 'night', severity: 'critical' } as const;
    const one = tell(alerts, 0, night);
    expect(one.told).toEqual(['para-stalled firing']);
    expect(tell(one.alerts, 0).told.sort()).toEqual(['para-stalled firing', 'rescue-open firing']);
  });

  it('is told of an endpoint only when it is away for five minutes', () => {
    const { status, ...rest } = facts('healthy');
    const endpoint = {
      chain: 'relay',
      name: 'relay endpoint 1 of 2',
      standing: 'unreachable',
      reason: 'no answer',
      score: 0,
      newest: null,
      lag: null,
      heads: null,
      latencyMs: null,
      answeredAgoMs: null,
      refusals: 0,
      failures: 9,
      malformed: 0,
      lies: 0,
    } as const;
    const away = { status: { ...status, endpoints: [endpoint] }, ...rest };
    const alerts = look(NONE, away, 0);
    expect(tell(alerts, 299_999).told).toEqual([]);
    expect(tell(alerts, 300_000).told).toEqual(['endpoint-down firing']);
  });

  it('is told of an event once, and of its end when no other came for half an hour', () => {
    const level = levelOfEvent(newEvent({ paraId: 2000, relayBlock: 1 }, 'node-trouble', { reason: 'x' }));
    if (!level) throw new Error('the event raises nothing');
    const raised = new Map<string, Alert>();
    raise(raised, level, 0);
    const first = tell(raised, 0);
    expect(first.told).toEqual(['service-event firing']);
    const again = new Map(first.alerts);
    raise(again, level, 1000);
    let alerts = look(again, facts('healthy'), EVENT_QUIET_MS + 999);
    expect(tell(alerts, EVENT_QUIET_MS + 999).told).toEqual([]);
    alerts = look(alerts, facts('healthy'), EVENT_QUIET_MS + 1000);
    expect(tell(alerts, EVENT_QUIET_MS + 1000).told).toEqual(['service-event resolved']);
  });
});

it('names each alert of the catalogue so that both sides know it', () => {
  expect(ruleName('para-without-core')).toBe('PararescueParaWithoutCore');
  for (const name of ALERT_NAMES) expect(ALERTS[name].by.length).toBeGreaterThan(0);
});
