import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { blake2b256 } from '../../src/bytes/blake2.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { relabelled } from '../../src/code/relabel.ts';
import type { RescuePlan, RouteOption, Way } from '../../src/domain/route/option.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';

interface Planned {
  readonly status: number | null;
  readonly plan: RescuePlan & { readonly files: readonly { readonly way: Way; readonly file: string }[] };
  readonly of: (way: Way) => RouteOption;
  readonly results: Partial<Record<Way, RouteOption['result']>>;
}

async function planned(...args: readonly string[]): Promise<Planned> {
  const { status, stdout, stderr } = await commandLine([
    'plan',
    ...args,
    '--trust-single-endpoint',
    '--json',
  ]);
  if (stdout === '') throw new Error(stderr);
  const plan = JSON.parse(stdout) as Planned['plan'];
  const of = (way: Way) => {
    const found = plan.options.find((option) => option.way === way);
    if (!found) throw new Error(`no ${way}`);
    return found;
  };
  return {
    status,
    plan,
    of,
    results: Object.fromEntries(plan.options.map(({ way, result }) => [way, result])),
  };
}

describe('pararescue plan, on the embedded network', () => {
  let network: ContractsNetwork;
  let folder: string;
  let fix: Uint8Array;
  let fixFile: string;
  beforeAll(async () => {
    network = await startNetwork({ contracts: true, times: { validationUpgradeCooldown: 500 } });
    await network.unlockPara();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-plan-'));
    fix = relabelled(await network.artifacts.read('para-fixed'), 1000);
    fixFile = await file('fix', fix);
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
  const alone = () => [String(PARA_ID), '--relay', network.relay.url];
  const chains = () => [...alone(), '--para', network.para.url];

  it('says without a code what could be done and what the code has to be', async () => {
    const { status, plan, of, results } = await planned(...chains());
    expect(status).toBe(0);
    expect(results).toEqual({
      registrar: 'works',
      governance: 'needs',
      contract: 'unknown',
      collator: 'refused',
      'registrar-old-rule': 'not-here',
      'registrar-coretime': 'not-here',
    });
    expect(plan.options[0]?.way).toBe('registrar');
    expect(plan.codeMust[0]).toContain('labelled pararescue-devnet-para 1000');
    expect(plan.guards.find(({ check }) => check === 'living')).toMatchObject({ result: 'warning' });
    const { steps, costs, expectedBlocks } = of('registrar');
    expect(steps.map(({ call }) => call?.method)).toEqual([
      'registrar.scheduleCodeUpgrade',
      undefined,
      undefined,
      'registrar.addLock',
    ]);
    expect(steps[0]?.call).toMatchObject({ hash: null, data: null, note: expect.stringContaining('--code') });
    // The switch, twice the delay of four blocks, and two blocks for each call.
    expect(expectedBlocks).toBe(2 + 8 + 2);
    expect(costs[0]?.text).toMatch(/^\d+(?:\.\d+)? UNIT$/);
    const text = await commandLine(['plan', ...chains(), '--trust-single-endpoint']);
    expect(text.stdout).toMatch(/^para 2000 at relay block \d+: there is a way back$/m);
    expect(text.stdout).toMatch(/^registrar +works +12 relay blocks \(2 min\) +0\.\d+ UNIT \(fee\)$/m);
  });

  it.each([
    ['another label', async () => relabelled(fix, 1001), /label it 1000/],
    ['the runtime of another chain', () => network.artifacts.read('contracts'), /runtime of another chain/],
    ['the code that is there', () => network.artifacts.read('para-good'), /stores this code already/],
  ] as const)('finds no way for %s', async (name, bytes, why) => {
    const { status, of, results } = await planned(
      ...[...chains(), '--code', await file(name.replaceAll(' ', '-'), await bytes())],
    );
    expect(status).toBe(5);
    expect(results).toMatchObject({ registrar: 'refused', governance: 'refused', collator: 'refused' });
    const { reasons, helps } = of('registrar');
    expect([...reasons, ...helps].join()).toMatch(why);
  });

  it('leaves it open where no node of the para tells which label is needed', async () => {
    const { status, results, of } = await planned(...alone(), '--code', fixFile);
    expect(status).toBe(4);
    expect(results).toMatchObject({ registrar: 'unknown', governance: 'unknown' });
    expect(of('registrar').reasons.join()).toContain('no node of the para was named');
  });

  it('refuses what is no runtime at all', async () => {
    const nothing = await file('nothing', Uint8Array.of(1, 2, 3));
    const { status, stderr } = await commandLine(['plan', ...chains(), '--code', nothing]);
    expect(status).toBe(1);
    expect(stderr).toContain('RESCUE_CODE_INVALID');
  });

  it('shows the referenda that governance prepares, with deposits and times', async () => {
    const hub = ['--asset-hub', network.contracts.url];
    const { of } = await planned(...chains(), ...hub, '--code', fixFile);
    const { steps, costs, expectedBlocks, findings } = of('governance');
    const prepared = await commandLine([
      ...['governance', 'prepare', '--para', ...alone(), ...hub, '--code', fixFile],
      ...['--trust-single-endpoint', '--json'],
    ]);
    const { paths, rootCall } = JSON.parse(prepared.stdout) as {
      readonly paths: readonly { readonly steps: readonly { readonly call: { readonly hash: string } }[] }[];
      readonly rootCall: { readonly hash: string };
    };
    const hashes = steps.flatMap(({ call }) => call?.hash ?? []);
    expect(hashes).toEqual([
      ...paths.flatMap((path) => path.steps.map(({ call }) => call.hash)),
      rootCall.hash,
      expect.any(String),
    ]);
    expect(costs.map(({ text }) => text)).toEqual(expect.arrayContaining(['1 UNIT', '100 UNIT', '10 UNIT']));
    // The whitelisted track at its shortest, and two blocks for the call that applies the code.
    expect(expectedBlocks).toBe(6 + 2);
    const tried = findings.filter(({ check }) => check === 'dry-run').map(({ result }) => result);
    expect(tried.length).toBeGreaterThanOrEqual(2);
    expect(new Set(tried)).toEqual(new Set(['ok']));
  });

  it('makes the calls whose hashes it tells, and follows what becomes of them', async () => {
    const calls = join(folder, 'calls');
    const { plan, of } = await planned(...chains(), '--code', fixFile, '--out', calls);
    const { call } = of('registrar').steps[0] ?? {};
    const wanted = network.relay.chain
      .typesOf()
      .call('registrar', 'scheduleCodeUpgrade', PARA_ID, toHex(fix));
    expect(call?.hash).toBe(toHex(blake2b256(wanted.toU8a())));
    const written = plan.files.find(({ way }) => way === 'registrar');
    expect(toHex(new Uint8Array(await readFile(written?.file ?? '')))).toBe(toHex(wanted.toU8a()));
    expect(call?.args.find(({ name }) => /code/i.test(name))?.value).toContain(toHex(blake2b256(fix)));
    expect(of('registrar').findings.find(({ check }) => check === 'dry-run')?.sentence).toMatch(/succeeds/);
    // Without the chain that has the referenda, nobody knows how long they take or what they bind.
    expect(of('governance')).toMatchObject({
      expectedBlocks: null,
      costs: [{ kind: 'deposit', text: 'unknown' }],
    });
    const root = of('governance').steps[0]?.call;
    const authorize = network.relay.chain
      .typesOf()
      .call('paras', 'authorizeForceSetCurrentCodeHash', PARA_ID, toHex(blake2b256(fix)), 43_200);
    expect(root?.data).toBe(toHex(authorize.toU8a()));
    expect(root?.hash).toBe(toHex(blake2b256(authorize.toU8a())));

    network.faults.stopCollators();
    network.submit(network.relay.chain, wanted, network.manager);
    await network.produceUntil(
      () => JSON.stringify(network.readRelay('paras', 'futureCodeUpgradesAt')) !== '[]',
      10,
    );
    const pending = await planned(...chains());
    expect(pending.of('registrar')).toMatchObject({ result: 'needs' });
    expect(pending.of('registrar').steps[0]?.title).toMatch(/wait until the pending upgrade takes effect at/);
    expect(pending.of('governance').findings.find(({ check }) => check === 'overwrite')).toMatchObject({
      result: 'obstacle',
      remedy: 'time',
    });
    await network.produceUntil(
      () => network.readRelay('paras', 'currentCodeHash', PARA_ID) === toHex(blake2b256(fix)),
      30,
    );
    for (let block = 0; block < 60; block += 1) network.nextBlock();

    // The relay chain has the fix now, under the label of the para's own code: nodes alone can go on.
    const switched = await planned(...chains(), '--code', fixFile);
    expect(switched.plan.guards.find(({ check }) => check === 'living')).toMatchObject({ result: 'ok' });
    expect(switched.results).toMatchObject({
      registrar: 'refused',
      governance: 'refused',
      collator: 'needs',
    });
    expect(switched.plan.options[0]?.way).toBe('collator');
    expect(switched.status).toBe(0);
    // Another code has to wait for the cooldown, or somebody pays.
    const other = relabelled(await network.artifacts.read('para-next'), 1000);
    const { of: ofOther } = await planned(...chains(), '--code', await file('other', other));
    const registrar = ofOther('registrar');
    expect(registrar.result).toBe('needs');
    expect(registrar.steps[0]).toMatchObject({ call: { method: 'paras.removeUpgradeCooldown' } });
    expect(registrar.costs.find(({ kind }) => kind === 'burned')).toMatchObject({
      amount: null,
      text: 'the chain does not tell',
    });
    expect(ofOther('collator').result).toBe('refused');
    expect(ofOther('governance').result).toBe('needs');
  });
});

describe.skipIf(!HAS_SPECS)("pararescue plan, on other people's relay chains", () => {
  it.each([
    ['westend-local', ['penpal-local', 'coretime-westend-local'], 'paras.authorizeForceSetCurrentCodeHash'],
    ['kusama-local', ['penpal-local'], 'paras.forceSetCurrentCode'],
    ['paseo', ['coretime-westend-local'], 'paras.forceSetCurrentCode'],
  ] as const)('knows the rule of %s by its metadata', async (relay, paras, rootCall) => {
    const network = await startSpecNetwork({ specs: [relay, ...paras].map(specFile) });
    onTestFinished(() => network.close());
    for (let block = 0; block < 3; block++) network.nextBlock();
    const [first, second] = network.paras;
    if (!first) throw new Error('no para');
    const { status, of, results } = await planned(
      ...[String(first.id), '--relay', network.relay.url, '--para', first.url],
      ...(second ? ['--coretime', second.url] : []),
    );
    expect(status).toBe(0);
    const isNew = relay === 'westend-local';
    expect(results).toEqual({
      // Nobody registered the paras with the registrar of the specs.
      registrar: isNew ? 'refused' : 'not-here',
      'registrar-old-rule': isNew ? 'not-here' : 'refused',
      'registrar-coretime': 'not-here',
      contract: 'refused',
      governance: 'needs',
      collator: 'refused',
    });
    expect(of('governance').steps[0]?.call?.method).toBe(rootCall);
    const place = of('registrar').findings.find(({ check }) => check === 'registrar-place');
    if (isNew) expect(place?.sentence).toMatch(/takes code from managers, and filters no call of theirs$/);
    else
      expect(of('registrar-old-rule').reasons.join()).toMatch(
        /it would brick the para: .* made with cumulus/,
      );
  });
});
