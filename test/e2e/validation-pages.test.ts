import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { contractPolicyOf, quickPolicy } from '../../devnet/policies.ts';
import { castContract, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import { openApp } from '../../src/app/app.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { ContractState } from '../../src/domain/contract/rescue-contract.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { validationPage } from '../../src/domain/records/validation.ts';
import type { Hex } from '../../src/domain/units.ts';
import { differencesOf } from '../../src/domain/validation/differences.ts';
import type { ValidationPage } from '../../src/domain/validation/page.ts';
import { pageText } from '../../src/domain/validation/page-text.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { createLogger } from '../../src/http/logger.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { askUntil, caughtUp } from '../support/ask-until.ts';
import { commandLine } from '../support/command-line.ts';
import { openContractScene } from '../support/contract-scene.ts';
import { unlikePages } from '../support/same-page.ts';

/**
 * The pages of docs/validation, made anew by real rescues on the embedded network. Its clock and the randomness of signatures are given, and
 * each block is made when everybody is done with the one before: so the chains are nearly always the same, to the last hash.
 * `npm run docs:pages` writes the pages.
 */
const FOLDER = new URL('../../docs/validation/', import.meta.url);
const WRITES = process.env.PARARESCUE_WRITE_PAGES === '1';
const BLOCK_MS = 6_000;

beforeEach(async () => {
  await signaturesReady();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
    if (array) new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(7);
    return array;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A service on the network, and blocks that come when it is done with the one before. */
async function openStory(network: Network, config: object, env: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-pages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { paraId } = network;
  network.on('produced', () => vi.setSystemTime(Date.now() + BLOCK_MS));
  const app = await openApp(
    configSchema.parse({
      relay: { endpoints: [network.relay.url] },
      database: join(folder, 'database'),
      http: { host: '127.0.0.1', port: 0 },
      ...config,
    }),
    { env, log: createLogger({ level: 'silent', pretty: false }) },
  );
  onTestFinished(() => app.close());
  const client = createServiceClient(app.url);
  /** Nothing more follows from the newest block. */
  const isDone = async ({ state, anchor, diagnosis, readiness, observation, approved }: ParaStatus) => {
    if (state === 'stalled') return diagnosis?.cause === 'bad-runtime' && readiness !== null;
    if (state === 'optInRescue') return anchor !== null;
    if (state === 'upgrading.planning') return false;
    if (state !== 'upgrading.carryingOut' && state !== 'upgrading.relocking') return true;
    const { currentCodeHash, futureCodeHash, registrar } = observation ?? {};
    const isOver =
      state === 'upgrading.relocking'
        ? registrar?.locked === true
        : [currentCodeHash, futureCodeHash].includes(approved?.codeHash);
    if (isOver) return false;
    const page = await client.page(paraId).catch(() => null);
    // It is begun before anything is done, and looked at afterwards.
    if (!page?.steps.some(({ from }) => from !== null)) return false;
    return page.seen.number >= (observation?.relay.number ?? 0);
  };
  const settle = async (): Promise<ParaStatus> => {
    await caughtUp(network, () => client);
    return askUntil(async () => {
      // Has its turn behind the block that is being taken in.
      await client.proposals(paraId);
      return client.para(paraId);
    }, isDone);
  };
  const block = async () => {
    network.nextBlock();
    return settle();
  };
  const until = async (fits: (para: ParaStatus) => boolean | Promise<boolean>, most = 120) => {
    for (let count = 0, para = await block(); count < most; count += 1, para = await block()) {
      if (await fits(para)) return para;
    }
    throw new Error(`after ${most} blocks: ${JSON.stringify(await client.para(paraId))}`);
  };
  await block();
  return { app, client, folder, block, until };
}
type Story = Awaited<ReturnType<typeof openStory>>;

/** The opted in para dies, and holders vote for the code that goes on. */
async function vote(network: Network, { client, until }: Story): Promise<void> {
  const [holder] = network.holders;
  if (!holder) throw new Error('the network has no holders');
  const fixed = await network.artifacts.read('para-fixed');
  await proposeCode(client, network.paraId, signerFromUri(holder.uri), fixed, 'Goes on with the bad value.');
  await until(({ state }) => state === 'voting');
  const [proposal] = await client.proposals(network.paraId);
  if (!proposal) throw new Error('there is no proposal');
  for (const { uri } of network.holders.slice(-6))
    await castVote(client, proposal, signerFromUri(uri), 'aye');
}

async function die(network: Network, { until }: Story): Promise<void> {
  await network.faults.breakRuntime();
  await until(({ state }) => state === 'optInRescue');
}

/** From the scheduled code to the end of the page. `looked` is called before nodes have the substitute, and when the para lives. */
async function revive(
  network: Network,
  { client, block, until }: Story,
  looked: () => Promise<void> = async () => undefined,
): Promise<ValidationPage> {
  await until(({ state }) => state === 'upgrading.awaitingFirstHeads');
  await looked();
  const { blockNumber, code } = await client.substitute(network.paraId);
  network.installSubstitute(blockNumber, fromHex(code));
  await until(({ state }) => state === 'healthy');
  await block();
  await looked();
  return client.page(network.paraId);
}

/** The page over HTTP is the one that is kept in the docs, in both forms. */
async function expectKept(name: string, { app }: Story, page: ValidationPage): Promise<void> {
  const url = `${app.url}/v1/paras/${page.paraId}/validation`;
  const [markdown, json] = await Promise.all([
    fetch(`${url}.md`).then((answer) => answer.text()),
    fetch(url).then((answer) => answer.text()),
  ]);
  await expectFiles(name, markdown, json);
}

/** Apart from when it happened, the page is the one that is kept; and each Markdown says what its JSON does. */
async function expectFiles(name: string, markdown: string, json: string): Promise<void> {
  const made: unknown = JSON.parse(json);
  expect(markdown).toBe(textOf(made));
  const files = { json: new URL(`${name}.json`, FOLDER), markdown: new URL(`${name}.md`, FOLDER) };
  if (WRITES) {
    await writeFile(files.json, `${JSON.stringify(made, null, 2)}\n`);
    await writeFile(files.markdown, markdown);
  }
  const kept: unknown = JSON.parse(await readFile(files.json, 'utf8'));
  expect(await readFile(files.markdown, 'utf8')).toBe(textOf(kept));
  expect(unlikePages(kept, made), `${name}: run npm run docs:pages`).toEqual([]);
}

function textOf(page: unknown): string {
  return pageText(validationPage.tolerant.parse(page));
}

const TIMEOUT = { timeout: 300_000 };

it('the page of the registrar route, rehearsed and executed', TIMEOUT, async () => {
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await network.unlockPara();
  const { paraId, manager } = network;
  const config = {
    paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
    signer: { kind: 'uri-env', env: 'MANAGER' },
  };
  const story = await openStory(network, config, { MANAGER: manager.uri });
  const policy = quickPolicy(network.relay.chain.genesisHash, paraId);
  await optInWith(story.client, policy, signerFromUri(manager.uri));
  await die(network, story);

  const [code, rules, report] = ['code.wasm', 'policy.json', 'report'].map((name) =>
    join(story.folder, name),
  );
  if (!code || !rules || !report) throw new Error('there are three files');
  await writeFile(code, await network.artifacts.read('para-fixed'));
  await writeFile(rules, JSON.stringify(policy));
  const rehearsed = await commandLine([
    ...['rehearse', String(paraId), '--code', code, '--policy', rules, '--report', report],
    ...['--relay', network.relay.url, '--para', network.para.url],
  ]);
  expect(rehearsed.status).toBe(0);
  const [markdown = '', json = ''] = await Promise.all(
    ['validation.md', 'validation.json'].map((name) => readFile(join(report, name), 'utf8')),
  );
  expect(JSON.parse(json)).toMatchObject({ kind: 'rehearsed', differences: [], result: { kind: 'done' } });
  await expectFiles('registrar-rehearsed', markdown, json);

  await vote(network, story);
  const page = await revive(network, story);
  expect(differencesOf(page)).toEqual([]);
  expect(page).toMatchObject({ kind: 'executed', route: 'registrar', result: { kind: 'done' } });
  // The incident says, by the block that ended it, that the lock is on again, and what remains.
  const [incident] = await story.client.incidents(paraId);
  expect(incident).toMatchObject({ lockAgain: true, end: { why: 'recovered', locked: true } });
  expect(incident?.end?.aftercare).toEqual([
    expect.stringMatching(/as a code substitute from block 12 on/),
    expect.stringMatching(/until an upgrade above spec version 1001/),
    expect.stringMatching(/has to replace this one/),
  ]);
  await expectKept('registrar', story, page);
});

it(
  'the pages of the governance route, and of the nodes that then take the code as a substitute',
  TIMEOUT,
  async () => {
    const network = await startNetwork();
    onTestFinished(() => network.close());
    const { paraId, manager } = network;
    await network.unlockPara();
    const config = {
      paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
      signer: { kind: 'external' },
    };
    const story = await openStory(network, config, {});
    const policy = {
      ...quickPolicy(network.relay.chain.genesisHash, paraId),
      routes: ['governance' as const],
    };
    await optInWith(story.client, policy, signerFromUri(manager.uri));
    await die(network, story);
    await vote(network, story);
    await story.until(({ state }) => state === 'upgrading.carryingOut');
    const codeHash = await network.codeHash('para-fixed');
    network.queueSudo(
      network.relay.chain,
      'paras',
      'authorizeForceSetCurrentCodeHash',
      paraId,
      codeHash,
      100,
    );
    const file = join(story.folder, 'collator');
    const asked = [
      ...['chainspec', 'substitute', '--code', 'approved', '--para', String(paraId), '--url', story.app.url],
      ...['--relay', network.relay.url, '--para-node', network.para.url, '--node', network.para.url],
      ...['--page', `${file}.md`],
    ];
    const collator = async () => JSON.parse(await readFile(`${file}.json`, 'utf8'));
    const results: unknown[] = [];
    const page = await revive(network, story, async () => {
      const { status, stderr } = await commandLine(asked);
      expect([0, 5], stderr).toContain(status);
      results.push((await collator()).result.kind);
    });
    expect(differencesOf(page)).toEqual([]);
    expect(page).toMatchObject({ route: 'governance', result: { kind: 'done' } });
    await expectKept('governance', story, page);

    expect(results).toEqual(['open', 'done']);
    expect(await collator()).toMatchObject({ route: 'collator', differences: [] });
    const forms = ['md', 'json'].map((form) => readFile(`${file}.${form}`, 'utf8'));
    const [markdown = '', json = ''] = await Promise.all(forms);
    await expectFiles('collator', markdown, json);
  },
);

it('the page of the contract route', TIMEOUT, async () => {
  const scene = await openContractScene();
  onTestFinished(scene.close);
  const { network } = scene;
  const { paraId } = network;
  await network.unlockPara();
  const cast = await castContract(network, scene.chain);
  const { contract } = cast;
  const policy = contractPolicyOf(network, cast);
  await optInByXcm(network, cast, policyHash(policy));
  const [watcher, person] = cast.watchers;
  const [operator] = cast.operators;
  if (!watcher || !person || !operator) throw new Error('the cast is not complete');
  const config = {
    paras: [
      {
        id: paraId,
        name: 'Para',
        endpoints: [network.para.url],
        stallGapBlocks: 8,
        contract: contract.address,
      },
    ],
    contracts: { endpoints: [network.contracts.url], watcher: { kind: 'uri-env', env: 'WATCHER' } },
    signer: { kind: 'uri-env', env: 'OPERATOR' },
  };
  const story = await openStory(network, config, { WATCHER: watcher.uri, OPERATOR: operator.uri });
  await story.client.adoptPolicy(paraId, policy);
  await die(network, story);
  await vote(network, story);
  const supports = ({ watchers }: ContractState, account: Hex) =>
    watchers.find(({ address }) => address === contract.addressOf(account))?.supports ?? null;
  await story.until(async () => supports(await contract.state(), watcher.account) !== null);
  const id = supports(await contract.state(), watcher.account) ?? '0x';
  const attested = await contract.decision(id);
  if (!attested) throw new Error('the contract does not know what was attested');
  const { decision } = attested;
  const call = await contract.prepare({ kind: 'attest', decision }, person.account);
  submitBytes(network, network.contracts.chain, call, person);
  const page = await revive(network, story);
  expect(differencesOf(page)).toEqual([]);
  expect(page).toMatchObject({ route: 'contract', result: { kind: 'done' } });
  await expectKept('contract', story, page);
});

it('a kept page is unlike one with another argument, cost, end or fact, or with two hashes for one', async () => {
  const kept = await readFile(new URL('contract.json', FOLDER), 'utf8');
  const unlike = (from: string, to: string) =>
    unlikePages(JSON.parse(kept), JSON.parse(kept.replace(from, to))).length;
  expect(unlike('"number": 39', '"number": 41')).toBe(0);
  expect(unlike('"threshold": 2', '"threshold": 1')).toBe(1);
  expect(unlike('"amount": "12000000000"', '"amount": "12000000001"')).toBe(1);
  expect(unlike('"outcome": "done"', '"outcome": "failed"')).toBe(1);
  expect(unlike('"role": "needed"', '"role": "while"')).toBe(1);
  expect(
    unlike('715180d39e1e5d03d905220e8d8691917267309658a501db25dfeca38240d17d', '00'.repeat(32)),
  ).not.toBe(0);
});
