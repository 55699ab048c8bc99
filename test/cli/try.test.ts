import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { openStore } from '../../src/store/open.ts';
import { createNextBlockTrial } from '../../src/trial/next-block-trial.ts';
import type { TrialOutput } from '../../src/trial/trial-jobs.ts';
import { createTrialThread } from '../../src/trial/try-para.ts';
import { HAS_SPECS } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';

describe('pararescue try', () => {
  let network: Network;
  let folder: string;
  let broken: string;
  let garbage: string;
  beforeAll(async () => {
    network = await startNetwork();
    for (let block = 0; block < 3; block++) network.nextBlock();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-try-'));
    [broken, garbage] = [join(folder, 'broken.wasm'), join(folder, 'garbage.wasm')] as const;
    await writeFile(broken, await network.artifacts.read('para-broken'));
    await writeFile(garbage, Uint8Array.of(1, 2, 3));
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  const chains = () => ['--relay', network.relay.url, '--para', network.para.url];
  const tried = (...args: string[]) => commandLine(['try', String(PARA_ID), ...args]);
  const json = async (...args: string[]): Promise<TrialOutput> => {
    const { stdout } = await tried(...args, '--json');
    return JSON.parse(stdout) as TrialOutput;
  };

  it('builds the next block and says that validators would take it', async () => {
    const { status, stdout } = await tried(...chains());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^1 of 1 blocks were built, and validators would take it$/m);
    expect(stdout).toMatch(/^built by +pararescue-devnet-para 1000, 0x[0-9a-f]{64} \(para\)$/m);
  });

  it('says at which block a proposal fails, in its words, that nodes would not use it, and ends with status 1', async () => {
    const { status, stdout, stderr } = await tried(...chains(), '--code', broken, '--blocks', '5');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^block \d fails when it begins: para\/src\/heartbeat.rs:\d+:\d+: heartbeat: the window/m,
    );
    expect(stdout).toMatch(/^warning: nodes would not use this code as a substitute: it is labelled 1001/m);
    expect(stderr).toMatch(/error RESCUE_TRIAL_FAILED: block \d of the trial of para 2000 fails/);
  });

  it('says that code is no runtime', async () => {
    const { status, stdout } = await tried(...chains(), '--code', garbage);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^block 1 fails because of its code: .* does not compile$/m);
  });

  it('shows what the blocks change, by names, and counts what each of them changes', async () => {
    const { difference } = await json(...chains(), '--blocks', '2', '--diff');
    expect(difference?.first).toEqual([]);
    expect(difference?.routine.map(({ name }) => name)).toContain('Timestamp.Now');
    const { stdout } = await tried(...chains(), '--diff');
    expect(stdout).toMatch(/^ {2}Timestamp\.Now: 1 changed\n {4}"[\d,]+" → "[\d,]+"$/m);
  });

  it('repeats a trial from its cache without asking anybody, with the same result', async () => {
    const cache = join(folder, 'cache');
    const before = await json(...chains(), '--blocks', '2', '--cache', cache);
    const again = await json('--blocks', '2', '--cache', cache, '--offline');
    const hashes = ({ report }: TrialOutput) => [
      report.head,
      report.relayParent,
      report.blocks.map(({ hash }) => hash),
    ];
    expect(hashes(again)).toEqual(hashes(before));
    expect(again.report.verdict).toEqual({ kind: 'accepted' });
    const other = join(folder, 'empty');
    expect((await tried('--cache', other, '--offline')).stderr).toMatch(
      /RESCUE_NOT_FOUND: No trial of para 2000/,
    );
    // What was damaged is noticed, and missed.
    for (const name of await readdir(cache)) {
      if (/\.(ldb|log)$/.test(name)) await rm(join(cache, name));
    }
    expect((await tried('--cache', cache, '--offline')).status).toBe(1);
  });

  it.each([
    [[], 'give --relay and --para, or --archive where no node of the para answers, or --spec'],
    [['--offline'], '--offline needs the --cache'],
    [
      ['--spec', '/nowhere/a.json', '/nowhere/b.json', '--relay', 'ws://127.0.0.1:1'],
      '--spec takes the place',
    ],
    [['--spec', '/nowhere/a.json'], 'the chain spec /nowhere/a.json cannot be read'],
    [['--code', '/nowhere/code.wasm'], 'cannot be read'],
  ])('refuses %j with a sentence that helps', async (args, sentence) => {
    const { status, stderr } = await tried(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('calls a number of blocks that is none wrong usage', async () => {
    expect((await tried(...chains(), '--blocks', '0')).status).toBe(2);
    expect((await commandLine(['try', 'two thousand', ...chains()])).status).toBe(2);
  });

  it('stands on what a service has kept when all nodes of the para are dead', async () => {
    network.faults.stopCollators();
    network.nextBlock();
    const database = join(folder, 'database');
    const store = await openStore(database);
    const [relay, para] = [network.relay.url, network.para.url].map((url) => new Endpoints({ urls: [url] }));
    if (!relay || !para) throw new Error('two chains have endpoints');
    const thread = createTrialThread();
    const archive = store.census;
    const tryNextBlock = createNextBlockTrial({ paraId: PARA_ID, relay, para, thread, archive });
    const finalized = () => {
      const { number, hash, header } = network.relay.chain.finalized;
      return { number, hash, stateRoot: toHex(header.stateRoot) };
    };
    expect(await tryNextBlock(finalized())).toEqual({ kind: 'accepted' });
    await network.faults.stopParaRpc();
    for (let block = 0; block < 3; block++) network.nextBlock();
    expect(await tryNextBlock(finalized())).toEqual({ kind: 'accepted' });
    await Promise.all([relay.close(), para.close(), thread.close()]);
    await store.close();
    // A thread of its own knows nothing but what lies in the folder.
    const relayOnly = ['--relay', network.relay.url];
    const { status, stdout } = await tried(...relayOnly, '--archive', database);
    expect(stdout).toMatch(/^1 of 1 blocks were built, and validators would take it$/m);
    expect(status).toBe(0);
    expect((await tried(...chains(), '--archive', database)).status).toBe(0);
    const census = join(folder, 'other');
    await (await openStore(census)).close();
    const lacking = await tried(...chains(), '--archive', census);
    expect(lacking.stderr).toMatch(/RESCUE_\w+: .*the archive holds voters' accounts, and what .* not 0x/);
    expect((await tried(...relayOnly, '--archive', join(folder, 'nowhere'))).stderr).toMatch(
      /RESCUE_NOT_FOUND: there is no database/,
    );
    await network.faults.startParaRpc();
    network.faults.startCollators();
  });

  describe.skipIf(!HAS_SPECS)('on chain specs', () => {
    const spec = (name: string) =>
      fileURLToPath(new URL(`../../../shared/chain-specs/${name}.json`, import.meta.url));

    it.each([
      ['westend-local', 'penpal-local'],
      ['westend-local', 'coretime-westend-local'],
      ['westend-local', 'asset-hub-westend-local'],
      ['kusama-local', 'asset-hub-kusama-local'],
    ])('builds the next blocks on %s of %s', async (relay, para) => {
      const { status, stdout } = await commandLine([
        'try',
        '--blocks',
        '3',
        '--spec',
        spec(relay),
        spec(para),
      ]);
      expect(stdout).toMatch(/^3 of 3 blocks were built, and validators would take each of them$/m);
      expect(status).toBe(0);
    });

    it('says what is wrong with a file that is cut off, and with two of one kind', async () => {
      const cut = join(folder, 'cut.json');
      await writeFile(cut, (await readFile(spec('penpal-local'))).subarray(0, 5_000));
      const { stderr } = await commandLine(['try', '--spec', spec('westend-local'), cut]);
      expect(stderr).toMatch(/RESCUE_SPEC_INVALID: .*cut off/);
      const same = await commandLine(['try', '--spec', spec('westend-local'), spec('paseo')]);
      expect(same.stderr).toMatch(/RESCUE_SPEC_INVALID: .*one of a para are wanted, these are 2 and 0/);
    });
  });
});
