import { describe, expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { answerOf } from '../../src/domain/readiness/answer-of.ts';
import {
  type Finding,
  obstacle,
  ok,
  severityOf,
  unknown,
  warning,
} from '../../src/domain/readiness/finding.ts';
import { mergeChecks } from '../../src/domain/readiness/merge-checks.ts';
import { optInFinding } from '../../src/domain/readiness/opt-in-finding.ts';
import { type ParaFacts, paraFindings } from '../../src/domain/readiness/para-findings.ts';
import { type FoundOn, readinessOf } from '../../src/domain/readiness/readiness.ts';
import { releaseFindings } from '../../src/domain/readiness/release-finding.ts';
import { type UpgradeFacts, upgradeFindings } from '../../src/domain/readiness/upgrade-findings.ts';
import { sampleOptIn } from '../store/samples.ts';
import { hash, healthyPara, LIMITS, MANAGER, policyFor } from './observations.ts';

const named = (findings: readonly Finding[], name: string) => findings.find(({ check }) => check === name);

describe('what stands in the way of the manager', () => {
  const find = (change: Partial<ParaObservation> = {}, facts: Partial<UpgradeFacts> = {}) =>
    upgradeFindings({
      observation: healthyPara(change),
      limits: LIMITS,
      policy: policyFor(),
      cooldownCost: 347_000n,
      token: { symbol: 'UNIT', decimals: 3 },
      ...facts,
    });
  const registrar = (locked: boolean | null) => ({ registrar: { manager: MANAGER, deposit: 0n, locked } });
  const STOPPED = { mostRecentContext: 800 };

  it('is nothing for an unlocked para with nothing pending', () => {
    expect(find().map(({ result }) => result)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it.each([
    ['a lock', registrar(true), 'lock', 'obstacle', 'nothing', /lock remove/],
    ['no lock yet while the next head sets it', registrar(null), 'lock', 'obstacle', 'people', /lock remove/],
    ['nobody registered', { registrar: null }, 'lock', 'obstacle', 'nothing', null],
    [
      'an upgrade that the manager scheduled',
      { futureCodeHash: hash('f0'), futureCodeUpgradeAt: 1600 },
      'pending-upgrade',
      'obstacle',
      'time',
      null,
    ],
    [
      'an upgrade that the para scheduled while it lived',
      { futureCodeHash: hash('f0'), futureCodeUpgrade: 1100 },
      'pending-upgrade',
      'obstacle',
      'time',
      null,
    ],
    [
      'the same once it has stopped',
      { futureCodeHash: hash('f0'), futureCodeUpgrade: 990, ...STOPPED },
      'pending-upgrade',
      'obstacle',
      'nothing',
      /forceNoteNewHead/,
    ],
    [
      'a cooldown',
      { upgradeRestriction: 'Present' as const, upgradeCooldownUntil: 7000 },
      'cooldown',
      'obstacle',
      'time',
      /burns 347 UNIT/,
    ],
  ])('%s', (_what, change, check, result, remedy, fix) => {
    const finding = named(find(change), check);
    expect(finding).toMatchObject({ check, result, remedy });
    if (fix !== null) expect(finding?.fix).toMatch(fix);
  });

  it('is no obstacle where a stopped para was never locked, and no cooldown that ends before a vote could', () => {
    expect(named(find({ ...registrar(null), ...STOPPED }), 'lock')).toMatchObject({ result: 'warning' });
    // Gap 100, grace 50, shortest vote 10: nothing is decided before block 1160.
    const until = (block: number) =>
      named(find({ upgradeRestriction: 'Present', upgradeCooldownUntil: block }), 'cooldown')?.result;
    expect([until(1160), until(1161)]).toEqual(['warning', 'obstacle']);
  });

  it('is the old rule of a relay chain, and unknown while its configuration is', () => {
    const rule = (limits: UpgradeFacts['limits']) => named(find({}, { limits }), 'upgrade-rule');
    expect(rule({ ...LIMITS, appliesAtExpectedBlock: false })).toMatchObject({ remedy: 'nothing' });
    expect(rule(undefined)).toMatchObject({ result: 'unknown' });
  });
});

describe("what the para's own state says", () => {
  const unread = (trouble: string): ParaFacts['electorate'] => ({ trouble, bodies: ['power', 'collators'] });
  const collators = (size: number): Partial<ParaFacts> => ({
    electorate: { power: 5n, collators: { sets: ['Session.Validators'], threshold: '3/4', size } },
  });
  const away = { trouble: 'nobody answers' };
  const find = (change: Partial<ParaFacts> = {}) =>
    paraFindings({
      observation: healthyPara(),
      runtime: { specName: 'para', specVersion: 10, isLabelled: true },
      codeHash: { hash: hash('05') },
      items: { auraAuthorities: 2, auraExtAuthorities: 2, hasPendingCode: false, migrations: 'none' },
      electorate: { power: 5n, collators: null },
      signers: null,
      nodes: [
        { accounts: 12_345, isAll: false },
        { accounts: 12_200, isAll: false },
      ],
      ...change,
    });
  const items = (change: object) => ({
    items: {
      auraAuthorities: 2,
      auraExtAuthorities: 2,
      hasPendingCode: false,
      migrations: 'none' as const,
      ...change,
    },
  });

  it('is well where all of it was read', () => {
    const found = find();
    expect(found.map(({ result }) => result)).toEqual(Array(found.length).fill('ok'));
    expect(named(found, 'census')?.sentence).toContain('about 12000 entries');
    expect(named(found, 'rescue-label')?.sentence).toContain('labelled para 10');
  });

  it.each<[string, Partial<ParaFacts>, string, string]>([
    ['an empty list of authors', items({ auraExtAuthorities: 0 }), 'authorities', 'warning'],
    ['a leftover upgrade', items({ hasPendingCode: true }), 'leftover-upgrade', 'warning'],
    ['a stuck migration', items({ migrations: 'stuck' }), 'migrations', 'warning'],
    ['state that nobody proves', { items: away }, 'authorities', 'unknown'],
    ['one node only', { nodes: [{ accounts: 3, isAll: true }, away] }, 'nodes', 'warning'],
    ['no node at all', { nodes: [away] }, 'nodes', 'obstacle'],
    ['no page of accounts', { nodes: [away] }, 'census', 'unknown'],
    ['code that nobody shows', { runtime: away }, 'rescue-label', 'unknown'],
    ['other code on the relay chain', { codeHash: { hash: hash('77') } }, 'rescue-label', 'warning'],
    [
      'code without a label',
      { runtime: { specName: 'para', specVersion: 10, isLabelled: false } },
      'substitute',
      'obstacle',
    ],
    ['nobody who could vote', { electorate: { power: 0n, collators: null } }, 'power', 'obstacle'],
    ['no collator who could decide', collators(0), 'collators', 'obstacle'],
    ['one collator who decides', collators(1), 'collators', 'warning'],
    ['two collators who decide', collators(2), 'collators', 'warning'],
    ['enough collators', collators(3), 'collators', 'ok'],

    [
      'adapters that do not fit',
      { electorate: unread("The policy does not fit the para's storage: no pallet Assets.") },
      'power',
      'obstacle',
    ],
    [
      'a rate that is none',
      { electorate: unread('The rate by which the policy counts a token cannot be used: it is zero.') },
      'power',
      'obstacle',
    ],
    ['power that nobody proves', { electorate: unread('nobody answers') }, 'power', 'unknown'],
    ['collators whom nobody proves', { electorate: unread('nobody answers') }, 'collators', 'unknown'],
    [
      'a mapping of Ethereum keys that the para does not have',
      { signers: { rules: { ethereum: 'hydration' }, pallets: new Set(['Revive']), proxyTypes: ['Any'] } },
      'signers',
      'warning',
    ],
    [
      'proxies of a kind that the para does not have',
      { signers: { rules: { proxies: ['Any', 'Governance'] }, pallets: new Set(), proxyTypes: ['Any'] } },
      'signers',
      'warning',
    ],
    [
      'no proxies at all',
      { signers: { rules: { proxies: ['Any'] }, pallets: new Set(), proxyTypes: null } },
      'signers',
      'warning',
    ],
    [
      'signers as the para has them',
      {
        signers: {
          rules: { ethereum: 'revive', proxies: ['Any'] },
          pallets: new Set(['Revive']),
          proxyTypes: ['Any'],
        },
      },
      'signers',
      'ok',
    ],
    ['signers of which no metadata tells', { signers: away }, 'signers', 'unknown'],
    [
      'a para that is not live',
      { observation: healthyPara({ lifecycle: 'Onboarding' }) },
      'head',
      'obstacle',
    ],
    ['a head that is no header', { observation: healthyPara({ head: null }) }, 'head', 'obstacle'],
  ])('names %s', (_what, change, check, result) => {
    expect(named(find(change), check)?.result).toBe(result);
  });

  it('says nothing of an upgrade that the relay chain waits for', () => {
    const observation = healthyPara({ futureCodeHash: hash('f0') });
    expect(named(find({ ...items({ hasPendingCode: true }), observation }), 'leftover-upgrade')?.result).toBe(
      'ok',
    );
  });
});

describe('an opt-in', () => {
  const optIn = sampleOptIn();
  it('counts while it is in force, and is lost with a new manager', () => {
    expect(optInFinding(optIn, true, healthyPara()).result).toBe('ok');
    expect(optInFinding(optIn, false, healthyPara()).sentence).toMatch(
      /the registrar's manager of the para is now/,
    );
    expect(optInFinding(null, false, healthyPara()).result).toBe('obstacle');
    expect(optInFinding({ ...optIn, action: 'opt-out' }, false, healthyPara()).sentence).toMatch(/opted out/);
  });
});

describe('a policy that asks for releases', () => {
  it('is told with who has to release, and one without is not', () => {
    const release = { people: [hash('a1'), hash('a2')], threshold: 1 };
    expect(releaseFindings(policyFor({ release }))).toEqual([
      expect.objectContaining({
        check: 'release',
        result: 'ok',
        sentence: expect.stringMatching(
          /1 of these 2 release it with "pararescue release 2000": 0xa1.*, 0xa2/,
        ),
      }),
    ]);
    expect([releaseFindings(policyFor()), releaseFindings(null)]).toEqual([[], []]);
  });
});

describe('the whole', () => {
  const asked = { isAsked: true };
  const common = (...findings: Finding[]): FoundOn => ({ route: null, findings });
  const on = (route: 'registrar' | 'contract', ...findings: Finding[]): FoundOn => ({ route, findings });
  const whole = (...found: FoundOn[]) => {
    const { checks } = mergeChecks(found, [], 10);
    return readinessOf(checks, ['registrar', 'contract'], asked);
  };
  const FINE = ok('head', 'it is there');

  it('is ready when one allowed route would work, and warnings decide nothing', () => {
    const { result, routes } = whole(
      common(FINE, warning('nodes', 'one only', null)),
      on('registrar', obstacle('lock', 'nothing', 'locked')),
      on('contract', ok('multisig', 'acts')),
    );
    expect(result).toBe('ready');
    expect(routes).toEqual([
      { route: 'registrar', result: 'not-ready', reasons: ['locked'] },
      { route: 'contract', result: 'ready', reasons: [] },
    ]);
  });

  it.each<[string, FoundOn[], string, string | null]>([
    [
      'each route has a lasting obstacle',
      [
        on('registrar', obstacle('lock', 'nothing', 'locked')),
        on('contract', obstacle('multisig', 'nothing', 'no')),
      ],
      'not-ready',
      'registrar: locked. contract: no',
    ],
    [
      'time takes one of them away',
      [
        on('registrar', obstacle('lock', 'nothing', 'locked')),
        on('contract', obstacle('cooldown', 'time', 'runs')),
      ],
      'not-ready',
      null,
    ],
    [
      'nobody knows of one of them',
      [on('registrar', obstacle('lock', 'nothing', 'locked')), on('contract', unknown('contract', 'away'))],
      'unknown',
      null,
    ],
  ])('when %s', (_what, found, result, impossible) => {
    expect(whole(common(FINE), ...found)).toMatchObject({ result, impossible });
  });

  it('is never ready over what is common to all routes and unknown, or was not looked at', () => {
    const works = [on('registrar', ok('lock', 'open')), on('contract', ok('multisig', 'acts'))];
    expect(whole(common(unknown('power', 'away')), ...works).result).toBe('unknown');
    expect(whole(...works).result).toBe('unknown');
    expect(whole(common(FINE)).result).toBe('unknown');
    expect(readinessOf([], [], asked).result).not.toBe('ready');
  });

  it('keeps since when it is so, and tells what has changed', () => {
    const first = mergeChecks([on('registrar', ok('lock', 'open'))], [], 10);
    const second = mergeChecks([on('registrar', ok('lock', 'open, still'))], first.checks, 20);
    expect(second.changed).toEqual([]);
    expect(second.checks).toMatchObject([{ since: 10, at: 20, sentence: 'open, still' }]);
    const third = mergeChecks([on('registrar', obstacle('lock', 'nothing', 'shut'))], second.checks, 30);
    expect(third.changed).toMatchObject([{ check: { since: 30 }, before: { result: 'ok' } }]);
    const both = mergeChecks([on('registrar', FINE), on('contract', FINE)], [], 10);
    expect(both.checks).toMatchObject([{ routes: ['registrar', 'contract'] }]);
  });

  it('asks for nobody at night but where the team could not mend it once the para is dead', () => {
    expect(severityOf(obstacle('lock', 'nothing', ''))).toBe('critical');
    expect(severityOf(obstacle('fees', 'people', ''))).toBe('warning');
    expect(severityOf(obstacle('cooldown', 'time', ''))).toBe('info');
    expect(severityOf(unknown('fees', ''))).toBe('warning');
    expect(severityOf(ok('fees', ''))).toBe('info');
  });
});

describe('an answer', () => {
  it('that does not come says why; a defect and a failing database are no answers', async () => {
    const failing = (error: Error) => answerOf(async () => Promise.reject(error));
    expect(await failing(new RescueError('RESCUE_NODE_UNREACHABLE', 'away'))).toEqual({ trouble: 'away' });
    await expect(failing(new RescueError('RESCUE_STORE_FAILED', 'full'))).rejects.toThrow('full');
    await expect(failing(new TypeError('defect'))).rejects.toThrow('defect');
  });
});
