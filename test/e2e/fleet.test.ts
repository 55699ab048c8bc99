import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS_ID, type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { type App, openApp } from '../../src/app/app.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { createServiceClient, type ServiceClient } from '../../src/client/service-client.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import type { FleetRow } from '../../src/domain/fleet/row.ts';
import type { FleetPage } from '../../src/domain/views/fleet.ts';
import { createLogger } from '../../src/http/logger.ts';
import { storageKey } from '../../src/proof/index.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { askUntil } from '../support/ask-until.ts';

const COMMAND = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const GAP = 8;
const WHOLE_CORE = 57_600;
/** Paras in the relay chain's state only: one that stopped long ago, two that have heads as long as the test writes them, one to come. */
const DEAD = 3000;
const WRITTEN = [3001, 3002];
const ONBOARDING = 3003;
const IDS = [CONTRACTS_ID, PARA_ID, DEAD, ...WRITTEN, ONBOARDING];
const PARACHAIN: Hex = '0x02';

const keyOf = (item: string, id: number): Hex =>
  toHex(storageKey('Paras', item, { hasher: 'Twox64Concat', key: encodeU32(id) }));
const FROZEN = toHex(storageKey('ParasDisputes', 'Frozen'));

describe('all paras of a relay chain', () => {
  let network: ContractsNetwork;
  let app: App;
  let client: ServiceClient;
  let folder: string;
  let writes = true;
  const events: ServiceEvent[] = [];

  const root = (...items: (readonly [Hex, Hex])[]) =>
    network.queueSudo(network.relay.chain, 'system', 'setStorage', items);

  /** The para's part in a block, for those that have no collators. */
  const written = () => {
    const context = toHex(encodeU32(network.relay.chain.best.number));
    return WRITTEN.map((id) => [keyOf('MostRecentContext', id), context] as const);
  };

  /** One more block, and the list once it is of that block. */
  const block = async (...items: (readonly [Hex, Hex])[]): Promise<FleetPage> => {
    const heads = writes ? written() : [];
    if (heads.length + items.length > 0) root(...heads, ...items);
    network.nextBlock();
    const { number } = network.relay.chain.finalized;
    return askUntil(
      () => client.fleet(),
      (page) => page.block === number,
    );
  };
  const until = async (fits: (page: FleetPage) => boolean, most = 60): Promise<FleetPage> => {
    for (let count = 0; count < most; count += 1) {
      const page = await block();
      if (fits(page)) return page;
    }
    throw new Error(`it is not so: ${JSON.stringify(await client.fleet(), null, 1)}`);
  };
  const rowOf = ({ rows }: FleetPage, id: number): FleetRow => {
    const row = rows.find(({ paraId }) => paraId === id);
    if (!row) throw new Error(`para ${id} is not in the list`);
    return row;
  };
  const told = (type: string) => events.filter((event) => event.type === type);
  const hasAny = (found: readonly unknown[]) => found.length > 0;
  /** Events are told once they are in the log. */
  const toldOf = (id: number, count = 1): Promise<ServiceEvent[]> =>
    askUntil(
      async () => told('condition-changed').filter(({ paraId }) => paraId === id),
      (found) => found.length >= count,
    );

  /** `pararescue status --all` in a process of its own. */
  const statusAll = (...args: readonly string[]): Promise<{ status: unknown; stdout: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, 'status', '--all', '--url', app.url, ...args], (error, stdout) =>
        resolve({ status: error?.code ?? 0, stdout }),
      );
    });

  beforeAll(async () => {
    await signaturesReady();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-fleet-'));
    network = await startNetwork({ contracts: true });
    const { chain } = network.relay;
    const share = Math.floor(WHOLE_CORE / 5);
    const shares = [CONTRACTS_ID, PARA_ID, DEAD, ...WRITTEN].map((id) => [{ Task: id }, share]);
    network.queueSudo(chain, 'coretime', 'assignCore', 0, chain.best.number + 2, shares, null);
    network.nextBlock();
    root(
      ...[DEAD, ...WRITTEN].map((id) => [keyOf('ParaLifecycles', id), PARACHAIN] as const),
      [keyOf('MostRecentContext', DEAD), toHex(encodeU32(3))],
      [keyOf('ParaLifecycles', ONBOARDING), '0x00'],
    );
    network.nextBlock();
    for (let count = 0; count < 8; count += 1) {
      root(...written());
      network.nextBlock();
    }
    await open(60);
  });
  afterAll(async () => {
    await app?.close();
    await network?.close();
    await rm(folder, { recursive: true, force: true });
  });
  /** The service, which is blind after so many seconds, and names a para of its own or none. */
  const open = async (blindAfterSeconds: number, isNamed = true): Promise<void> => {
    const file = join(folder, 'config.yaml');
    const own = `{ id: ${PARA_ID}, name: Our own, endpoints: ["${network.para.url}"], stallGapBlocks: ${GAP} }`;
    await writeFile(join(folder, 'names.yaml'), '3000: Gone\n3001: From the file\n');
    await writeFile(
      file,
      `relay: { endpoints: ["${network.relay.url}"], blindAfterSeconds: ${blindAfterSeconds} }
paras: ${isNamed ? `[all, ${own}]` : 'all'}
fleet:
  namesFile: names.yaml
  names: { 3001: Written }
  stallGapBlocks: ${GAP}
database: database
http: { port: 0 }
`,
    );
    app = await openApp(await loadConfig({ file }), {
      log: createLogger({ level: 'silent', pretty: false }),
      onEvent: (event) => events.push(event),
    });
    client = createServiceClient(app.url);
  };

  it('are found in its state, each with its condition, and listed with the troubles first by a second process', async () => {
    const page = await until((page) => rowOf(page, DEAD).condition === 'stalled');
    expect(page.rows.map(({ paraId }) => paraId)).toEqual(IDS);
    expect(page).toMatchObject({
      watches: 'all',
      trust: 'justified',
      proven: true,
      blind: null,
      troubles: [],
    });
    expect(rowOf(page, PARA_ID)).toMatchObject({ name: 'Our own', condition: 'healthy', configured: true });
    expect(rowOf(page, CONTRACTS_ID)).toMatchObject({ name: null, condition: 'healthy', configured: false });
    expect(rowOf(page, DEAD)).toMatchObject({ name: 'Gone', condition: 'stalled' });
    expect(rowOf(page, 3001)).toMatchObject({ name: 'Written', condition: 'healthy' });
    expect(rowOf(page, ONBOARDING)).toMatchObject({ condition: 'not-live', cause: 'not-live', age: null });
    const { status, stdout } = await statusAll();
    expect(status).toBe(3);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      /^6 paras of the relay chain: 1 stalled, 1 not-live, 4 healthy; proven at relay/,
    );
    const places = lines.flatMap((line) => /^ *(\d{4})[* ] /.exec(line)?.[1] ?? []).map(Number);
    expect(places).toEqual([DEAD, ONBOARDING, CONTRACTS_ID, PARA_ID, ...WRITTEN]);
    expect(stdout).toMatch(/3000 +Gone +stalled +\d+ +\d+ (?:s|min) +the relay chain alone does not tell/);
    const json = JSON.parse((await statusAll('--json')).stdout) as FleetPage;
    expect(json.rows.map(({ paraId }) => paraId)).toEqual(places);
    expect((await client.status()).fleet).toMatchObject({ paras: 6, conditions: page.conditions });
    await expect(client.para(DEAD)).rejects.toMatchObject({
      code: 'RESCUE_PARA_UNKNOWN',
      message: expect.stringContaining('as one of all paras'),
    });
    expect(told('fleet-seen')).toMatchObject([{ paraId: null, data: { paras: 6 } }]);
    expect(told('condition-changed')).toEqual([]);
  });

  it('one that stops is told of, and why, as far as the relay chain tells', async () => {
    events.length = 0;
    const code = toHex(encodeU32(7)).padEnd(66, '0') as Hex;
    writes = false;
    const page = await until(
      (page) => rowOf(page, 3002).condition === 'healthy' && rowOf(page, 3002).age === 2,
    );
    expect(page.troubles).toEqual([]);
    writes = true;
    // Only one of the two has heads from here on, and an upgrade waits for a block of the other.
    const [living = 0, stopping = 0] = WRITTEN;
    WRITTEN.splice(0, 2, living);
    const due = toHex(encodeU32(network.relay.chain.best.number + 2));
    await block([keyOf('FutureCodeHash', stopping), code], [keyOf('FutureCodeUpgrades', stopping), due]);
    await until((page) => rowOf(page, stopping).cause === 'upgrade-stuck');
    expect(await toldOf(stopping)).toMatchObject([
      { data: { from: 'healthy', to: 'stalled' }, severity: 'warning' },
    ]);
    WRITTEN.push(stopping);
    await until((page) => rowOf(page, stopping).condition === 'healthy');
    expect(await toldOf(stopping, 2)).toMatchObject([{}, { data: { from: 'stalled', to: 'healthy' } }]);
  });

  it('what stops many at once is told once, also to the one that is named, and nothing of each', async () => {
    events.length = 0;
    writes = false;
    network.para.faults.stopCollators();
    network.contracts.faults.stopCollators();
    const page = await until(({ troubles }) => troubles.length > 0);
    expect(page.troubles).toMatchObject([
      { cause: 'fleet-wide', stopped: 4, lived: 4, first: [CONTRACTS_ID, PARA_ID, ...WRITTEN] },
    ]);
    // That something is wrong with all is told before anything is told of each.
    expect(rowOf(page, CONTRACTS_ID).condition).toBe('healthy');
    const later = await until((page) =>
      IDS.slice(0, 5).every((id) => rowOf(page, id).condition === 'stalled'),
    );
    expect(rowOf(later, CONTRACTS_ID).cause).toBe('fleet-wide');
    const { diagnosis, state } = await client.para(PARA_ID);
    expect({ cause: diagnosis?.cause, state }).toEqual({ cause: 'fleet-wide', state: 'stalled' });
    const { status, stdout } = await statusAll();
    expect(status).toBe(3);
    expect(stdout.match(/FLEET-WIDE since relay block/g)).toHaveLength(1);
    expect(told('fleet-trouble')).toMatchObject([
      { paraId: null, severity: 'critical', data: { cause: 'fleet-wide', stopped: 4 } },
    ]);
    const ofEach = told('condition-changed').filter(({ paraId }) => paraId !== PARA_ID);
    expect(ofEach).toEqual([]);
    writes = true;
    network.para.faults.startCollators();
    await until(() => told('fleet-trouble-over').length > 0);
    // One did not come back: now it is told of by itself.
    await until(() => told('condition-changed').some(({ paraId }) => paraId === CONTRACTS_ID));
    network.contracts.faults.startCollators();
    await until((page) => rowOf(page, CONTRACTS_ID).condition === 'healthy');
  });

  it('a dispute that freezes inclusion is told at the next block, before anybody stopped', async () => {
    events.length = 0;
    const frozenAt = network.relay.chain.best.number;
    const page = await block([FROZEN, `0x01${toHex(encodeU32(frozenAt)).slice(2)}`]);
    expect(page.troubles).toMatchObject([{ cause: 'inclusion-frozen', since: frozenAt }]);
    expect(await askUntil(async () => told('fleet-trouble'), hasAny)).toMatchObject([
      { data: { cause: 'inclusion-frozen' } },
    ]);
    network.queueSudo(network.relay.chain, 'system', 'killStorage', [FROZEN]);
    await until(() => told('fleet-trouble-over').length > 0);
  });

  it('a para that goes is told of once, and is gone', async () => {
    events.length = 0;
    const items = ['ParaLifecycles', 'MostRecentContext'].map((item) => keyOf(item, DEAD));
    network.queueSudo(network.relay.chain, 'system', 'killStorage', items);
    const page = await until(({ rows }) => rows.every(({ paraId }) => paraId !== DEAD));
    expect(page.paras).toBe(5);
    expect(await toldOf(DEAD)).toMatchObject([{ data: { from: 'stalled', to: 'not-registered' } }]);
  });

  it('paras that stopped at the upgrade of the relay chain are told once, as that', async () => {
    events.length = 0;
    const { chain } = network.relay;
    const code = await network.artifacts.read('relay');
    const next = relabelled(code, chain.runtimeOf().version.specVersion + 1);
    // Whoever signs for the network does not understand the new version: nothing is included from here on.
    writes = false;
    network.queueSudo(chain, 'system', 'setCodeWithoutChecks', toHex(next));
    const upgradedAt = chain.best.number + 1;
    const page = await until(({ troubles }) => troubles.length > 0);
    expect(page.troubles).toMatchObject([
      { cause: 'relay-upgrade', stopped: 4, lived: 4, first: [CONTRACTS_ID, PARA_ID, ...WRITTEN] },
    ]);
    expect(Math.abs((page.troubles[0]?.since ?? 0) - upgradedAt)).toBeLessThan(3);
    const later = await until((page) => rowOf(page, CONTRACTS_ID).condition === 'stalled');
    expect(rowOf(later, CONTRACTS_ID).cause).toBe('relay-upgrade');
    expect((await statusAll()).stdout).toMatch(/^RELAY-UPGRADE since relay block \d+: 4 of 4 paras stopped/m);
    expect(told('fleet-trouble')).toHaveLength(1);
    expect(told('condition-changed').filter(({ paraId }) => paraId !== PARA_ID)).toEqual([]);
  });

  it('are all unknown, and nothing is well, once the relay chain is not seen any more', async () => {
    await app.close();
    await open(8, false);
    await until((page) => page.blind === null && page.conditions.unknown === 0);
    expect(await client.status()).toMatchObject({ paras: [], fleet: { watches: 'all', paras: 5 } });
    events.length = 0;
    await network.relay.rpc.stop();
    const page = await askUntil(
      () => client.fleet(),
      ({ blind }) => blind !== null,
    );
    expect(page.conditions).toMatchObject({ healthy: 0, unknown: 5 });
    expect(page.troubles).toEqual([]);
    const { status, stdout } = await statusAll();
    expect(status).toBe(4);
    expect(stdout).toMatch(/^NOTHING IS KNOWN OF THE PRESENT: /);
    expect((await fetch(`${app.url}/health`)).status).toBe(503);
    expect(await askUntil(async () => told('sight-lost'), hasAny)).toMatchObject([{ paraId: null }]);
    await network.relay.rpc.start();
    await until((page) => page.blind === null, 400);
    expect((await fetch(`${app.url}/health`)).status).toBe(200);
  });
});
