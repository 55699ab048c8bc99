import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { readKey } from '../../src/blocks/point.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { embeddedVersion } from '../../src/code/label.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { outlineWasm } from '../../src/code/sections.ts';
import { unpackCode } from '../../src/code/zstd.ts';
import type { UpgradeCheck } from '../../src/domain/upgrade/report.ts';
import { finish } from '../../src/executor/task.ts';
import { HAS_SPECS, openSpec, specPath } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const examined = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await commandLine(['doctor', 'upgrade', ...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  const { verdict, checks, trial } = JSON.parse(stdout);
  const results = Object.fromEntries((checks as UpgradeCheck[]).map(({ check, result }) => [check, result]));
  const sentence = (name: UpgradeCheck['check']) =>
    (checks as UpgradeCheck[]).find(({ check }) => check === name)?.sentence;
  return { status, verdict, results, sentence, trial };
};

describe('pararescue doctor upgrade, on a living para', () => {
  let network: Network;
  let folder: string;
  beforeAll(async () => {
    network = await startNetwork();
    for (let block = 0; block < 3; block++) network.nextBlock();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-upgrade-'));
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });

  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder, `${name}.wasm`);
    await writeFile(path, bytes);
    return path;
  };
  const args = (path: string, ...more: readonly string[]) => [
    ...[String(PARA_ID), '--relay', network.relay.url, '--para', network.para.url, '--code', path],
    ...more,
  ];
  const upgrade = async (name: string, bytes: Uint8Array, ...more: readonly string[]) =>
    examined(...args(await file(name, bytes), ...more));

  it('takes a good runtime: every check is made, and its blocks are built after the old code enacted it', async () => {
    const code = await network.artifacts.read('para-next');
    const { status, verdict, results, sentence, trial } = await upgrade('next', code);
    expect(Object.values(results)).not.toContain('obstacle');
    expect({ status, verdict }).toEqual({ status: 0, verdict: 'works' });
    expect(Object.keys(results)).toEqual([
      ...['size', 'unpacked-size', 'same-code', 'module', 'label', 'spec-name', 'spec-version'],
      ...['transaction-version', 'system-version', 'exports', 'imports', 'runtime-apis', 'pending-upgrade'],
      ...['restriction', 'leftover-upgrade', 'migrations', 'trial'],
    ]);
    expect(sentence('trial')).toMatch(/^5 blocks were built .*; its migrations ran$/);
    expect(trial.report.code.from).toBe('para');
    expect(trial.difference.first.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([':code', 'System.LastRuntimeUpgrade']),
    );
    // The living chains know nothing of it.
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBeNull();
  });

  it('finds the block at which a bad runtime would stop the para', async () => {
    const code = await network.artifacts.read('para-broken');
    const { status, results, sentence } = await upgrade('broken', code, '--blocks', '8');
    expect(status).toBe(5);
    expect(results).toMatchObject({ module: 'ok', 'spec-version': 'ok', trial: 'obstacle' });
    expect(sentence('trial')).toMatch(/^block [2-8], by the new code, fails when it begins: .*heartbeat/);
  });

  it.each([
    ['the code that is there', 'para-good', 'same-code', /ignores it without a word/],
    ['a version that does not rise', 'para-good', 'spec-version', /SpecVersionNeedsToIncrease/],
    ['a runtime of another chain', 'contracts', 'spec-name', /InvalidSpecName/],
  ] as const)('refuses %s', async (_what, name, check, why) => {
    const { status, results, sentence } = await upgrade(name, await network.artifacts.read(name));
    expect({ status, result: results[check] }).toEqual({ status: 5, result: 'obstacle' });
    expect(sentence(check)).toMatch(why);
  });

  it('refuses what is no runtime, and says of a label alone that no migration runs', async () => {
    const garbage = await upgrade('garbage', Uint8Array.of(1, 2, 3));
    expect(garbage).toMatchObject({ status: 5, results: { module: 'obstacle', trial: 'obstacle' } });
    const own = await network.artifacts.read('para-good');
    const label = await upgrade('label', relabelled(own, 5_000));
    expect(label.results).toMatchObject({ 'spec-version': 'ok', trial: 'warning' });
    expect(label.sentence('trial')).toMatch(/no migrations ran, because it says spec version 1000 of itself/);
  });

  it('reads pending upgrades and restrictions off the relay chain, and prints Markdown', async () => {
    // Only the unlocked para's manager may.
    await network.unlockPara();
    network.submit(
      network.relay.chain,
      network.relay.chain
        .typesOf()
        .call(
          'registrar',
          'scheduleCodeUpgrade',
          PARA_ID,
          `0x${Buffer.from(await network.artifacts.read('para-fixed')).toString('hex')}`,
        ),
      network.manager,
    );
    await network.produceUntil(
      () => network.readRelay('paras', 'futureCodeHash', PARA_ID) !== null,
      10,
      'an upgrade being pending',
    );
    const path = await file('next', await network.artifacts.read('para-next'));
    const { status, stdout } = await commandLine(['doctor', 'upgrade', ...args(path), '--markdown']);
    expect(status).toBe(5);
    expect(stdout).toMatch(/^### para 2000: THE UPGRADE WOULD FAIL$/m);
    expect(stdout).toMatch(/^\| OBSTACLE \| pending-upgrade \| an upgrade to 0x[0-9a-f]{64} is pending/m);
    expect(stdout).toMatch(/^\| OBSTACLE \| restriction \| .* until block \d+/m);
    expect(stdout).toMatch(/^<details><summary>Blocks<\/summary>$/m);
  });
});

describe.skipIf(!HAS_SPECS)("pararescue doctor upgrade, on other people's chains", () => {
  const codeIn = (name: string) =>
    finish(readKey(openSpec(name).state, encodeText(':code'))) ?? new Uint8Array();
  /** The code of a spec with the next version as its label. */
  const relabelledIn = (name: string) => {
    const own = codeIn(name);
    const { specVersion = 0 } = embeddedVersion(outlineWasm(unpackCode(own))) ?? {};
    return relabelled(own, specVersion + 1);
  };
  const upgrade = async (relay: string, para: string, code: Uint8Array) => {
    const path = join(await temporaryFolder(), 'next.wasm');
    await writeFile(path, code);
    return examined(...['--spec', specPath(relay), specPath(para), '--code', path, '--blocks', '3']);
  };
  const TAKEN = /^3 blocks were built and validators would take each of them/;

  it.each([
    ['westend-local', 'penpal-local'],
    ['paseo', 'coretime-westend-local'],
  ])('enacts an upgrade on %s and builds on with %s', async (relay, para) => {
    const { results, sentence } = await upgrade(relay, para, relabelledIn(para));
    expect(sentence('trial')).toMatch(TAKEN);
    expect(results).toMatchObject({
      module: 'ok',
      'spec-version': 'ok',
      'pending-upgrade': 'ok',
      exports: 'ok',
      // The label alone is another one.
      trial: 'warning',
    });
  });

  it('tells on kusama-local what an older runtime of the same chain lacks, though it builds blocks', async () => {
    const { status, results, sentence } = await upgrade(
      'kusama-local',
      'penpal-local',
      codeIn('penpal-westend'),
    );
    expect(sentence('trial')).toMatch(TAKEN);
    expect(results).toMatchObject({
      size: 'ok',
      module: 'ok',
      'spec-name': 'ok',
      'spec-version': 'obstacle',
    });
    expect(sentence('exports')).toMatch(/AuraUnincludedSegmentApi_can_build_upon/);
    expect(sentence('runtime-apis')).toMatch(/XcmPaymentApi has version 1, 2 before/);
    expect(status).toBe(5);
  });
});
