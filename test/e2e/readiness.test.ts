import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARA_ID } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import type { CheckName } from '../../src/domain/readiness/finding.ts';
import type { Check } from '../../src/domain/readiness/readiness.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openScene, type Scene } from './scene.ts';

const ID = String(PARA_ID);

const checkOf = ({ readiness }: ParaStatus, name: CheckName): Check | undefined =>
  readiness?.checks.find(({ check }) => check === name);
const isAsFound = (name: CheckName, result: Check['result']) => (para: ParaStatus) =>
  checkOf(para, name)?.result === result;

/** One para, from the day on which nobody thought of a rescue to the vote: each test goes on where the one before ended. */
describe('whether a rescue would work today', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ unlocked: true });
  });
  afterAll(() => scene.close());

  const relayRoot = (pallet: string, method: string, ...args: unknown[]) =>
    scene.network.queueSudo(scene.network.relay.chain, pallet, method, ...args);
  const command = (...args: readonly string[]) => commandLine([...args, '--url', scene.client.url]);
  /** What was told of the lock from the beginning on, up to an event that fits. */
  const toldOfLock = async (isLast: (event: ServiceEvent) => boolean) => {
    const told: unknown[] = [];
    const reading = new AbortController();
    for await (const event of scene.client.events({ after: 0, signal: reading.signal })) {
      const { type, severity, data } = event;
      if (type === 'readiness-changed' && data.check === 'lock') told.push({ severity, ...data });
      if (isLast(event)) break;
    }
    reading.abort();
    return told;
  };

  it('is looked at, though nobody counts on it before the para has opted in', async () => {
    const para = await scene.until(({ readiness }) => readiness != null);
    expect(para.readiness?.result).toBe('not-asked');
    expect(checkOf(para, 'opt-in')).toMatchObject({ result: 'obstacle', remedy: 'people' });
    expect(checkOf(para, 'lock')).toMatchObject({ result: 'ok', routes: ['registrar'] });
    expect((await command('status')).status).toBe(0);
    expect(await command('doctor', ID)).toMatchObject({
      status: 5,
      stdout: expect.stringMatching(
        /a rescue today is not asked for[\s\S]*OBSTACLE {2}opt-in .*has not opted in/,
      ),
    });
  });

  it('is yes once it has, with everything that was looked at', async () => {
    await scene.optIn();
    const para = await scene.until(({ readiness }) => readiness?.result === 'ready');
    const found = new Map(para.readiness?.checks.map(({ check, result }) => [check, result]));
    expect(Object.fromEntries(found)).toEqual({
      'opt-in': 'ok',
      lock: 'ok',
      manager: 'ok',
      signer: 'ok',
      fees: 'ok',
      'pending-upgrade': 'ok',
      cooldown: 'ok',
      'upgrade-rule': 'ok',
      head: 'ok',
      nodes: 'warning',
      power: 'ok',
      census: 'ok',
      'rescue-label': 'ok',
      substitute: 'ok',
      authorities: 'ok',
      'leftover-upgrade': 'ok',
      migrations: 'ok',
    });
    expect(checkOf(para, 'authorities')?.sentence).toMatch(/Aura.Authorities has [1-9]/);
    expect(checkOf(para, 'fees')?.sentence).toMatch(/scheduling code of this size costs about [\d.]+ UNIT/);
    expect(checkOf(para, 'census')?.sentence).toMatch(/\d+ entries/);
    expect(await command('doctor', ID)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/a rescue today is ready[\s\S]*route registrar: ready/),
    });
    expect((await command('status')).status).toBe(0);
  });

  it('is told by the chains alone as well, without a service', async () => {
    const { relay, para } = scene.network;
    const file = join(await temporaryFolder(), 'policy.json');
    const policy = quickPolicy((await scene.client.status()).relayGenesis, PARA_ID);
    await writeFile(file, JSON.stringify(policy));
    const direct = ['--relay', relay.url, '--para', para.url, '--policy', file];
    const seen = await commandLine(['doctor', ID, ...direct, '--signer', '//ParaManager', '--json']);
    expect(seen.status).toBe(0);
    const { readiness } = JSON.parse(seen.stdout);
    expect(readiness.routes).toEqual([{ route: 'registrar', result: 'ready', reasons: [] }]);
    const other = await commandLine(['doctor', ID, ...direct, '--signer', '//Alice']);
    expect(other).toMatchObject({
      status: 5,
      stdout: expect.stringMatching(/OBSTACLE {2}signer .*this service's key is 0x/),
    });
  });

  it('is no as soon as the para is locked, which somebody should get up for', async () => {
    relayRoot('registrar', 'addLock', PARA_ID);
    const para = await scene.until(isAsFound('lock', 'obstacle'));
    const { relay } = para.observation ?? {};
    expect(para.readiness).toMatchObject({
      result: 'not-ready',
      impossible: expect.stringContaining('the para is locked'),
      routes: [{ route: 'registrar', result: 'not-ready', reasons: [expect.stringContaining('locked')] }],
    });
    expect(relay?.number).toBeGreaterThanOrEqual(checkOf(para, 'lock')?.since ?? Number.NaN);
    expect((await command('status')).status).toBe(5);
    expect((await command('doctor', ID)).status).toBe(5);
  });

  it('since when, a restart does not forget', async () => {
    const before = checkOf(await scene.block(), 'lock')?.since;
    await scene.restart();
    const after = await scene.until(isAsFound('lock', 'obstacle'));
    expect(checkOf(after, 'lock')?.since).toBe(before);
  });

  it('opens no round when it dies so, and says why', async () => {
    await scene.network.faults.breakRuntime();
    const dead = await scene.until(
      ({ state, diagnosis }) => state === 'stalled' && diagnosis?.curableByCode === true,
    );
    for (let count = 0; count < 20; count += 1) expect((await scene.block()).state).toBe('stalled');
    expect((await scene.block()).advice).toContainEqual(
      expect.stringMatching(/No allowed route could carry a decision out.*the para is locked/),
    );
    expect(dead.anchor).toBeNull();
    // Once, whatever was restarted since.
    expect(await toldOfLock(({ type, data }) => type === 'state-changed' && data.to === 'stalled')).toEqual([
      expect.objectContaining({
        severity: 'critical',
        from: 'ok',
        to: 'obstacle',
        fix: expect.stringContaining('pararescue lock remove'),
      }),
    ]);
  });

  it('opens one as soon as governance takes the lock off, and takes no proposal while it is on again', async () => {
    relayRoot('registrar', 'removeLock', PARA_ID);
    await scene.until(({ state, anchor }) => state === 'optInRescue' && anchor !== null);
    relayRoot('registrar', 'addLock', PARA_ID);
    await scene.until(({ advice }) =>
      advice.some((line) => /^Before you propose or vote: .*locked/.test(line)),
    );
    const refused = await scene.propose().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RescueError);
    expect(refused).toMatchObject({ code: 'RESCUE_ROUTE_IMPOSSIBLE' });
    relayRoot('registrar', 'removeLock', PARA_ID);
    await scene.until(isAsFound('lock', 'ok'));
    await scene.propose();
    await scene.until(({ state }) => state === 'voting');
    // A round that is open goes on, and whoever votes is told.
    expect((await command('proposals', '--para', ID)).stderr).toBe('');
    relayRoot('registrar', 'addLock', PARA_ID);
    const warned = await scene.until(isAsFound('lock', 'obstacle'));
    expect(warned.state).toBe('voting');
    expect((await command('proposals', '--para', ID)).stderr).toMatch(
      /^warning: as things are, no allowed route could carry the decision out: registrar: the para is locked/,
    );
  });
});
