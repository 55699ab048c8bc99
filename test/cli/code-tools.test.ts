import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { createCodeRunner as createCompiledRunner } from '../../dist/src/chain/code/code-runner.js';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { hashCode } from '../../src/code/inspect.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { HAS_SPECS, openSpec } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';
import { endlessAt, patchedCode } from '../support/patched-code.ts';

const json = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await commandLine([...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  return { status, ...JSON.parse(stdout) };
};
const checks = (
  findings: readonly { readonly check: string; readonly result: string; readonly sentence: string }[],
) => ({
  results: Object.fromEntries(findings.map(({ check, result }) => [check, result])),
  sentence: (name: string) => findings.find(({ check }) => check === name)?.sentence,
});

describe('tools for code, on living chains', () => {
  let network: Network;
  let folder: string;
  let good: Uint8Array;
  let fixed: Uint8Array;
  let relay: readonly string[];
  let para: readonly string[];
  beforeAll(async () => {
    network = await startNetwork();
    for (let block = 0; block < 3; block++) network.nextBlock();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-code-'));
    good = await network.artifacts.read('para-good');
    fixed = await network.artifacts.read('para-fixed');
    relay = ['--relay', network.relay.url, '--para', String(PARA_ID)];
    para = ['--para-node', network.para.url];
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });
  const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };

  it('inspects what the relay chain stores, against its own bounds', async () => {
    const found = await json('code', 'inspect', 'relay', ...relay);
    expect(found).toMatchObject({
      status: 0,
      codeHash: hashCode(good),
      trust: 'proven',
      bounds: { from: 'chain' },
    });
    expect(found.compiled.specVersion).toBe(1000);
    const endless = await file('endless.wasm', '');
    await truncate(endless, 2 ** 40);
    expect(await commandLine(['code', 'hash', endless])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it has more than 67108864 bytes'),
    });
    const lying = await json('code', 'inspect', await file('lying.wasm', relabelled(good, 7000)));
    expect(checks(lying.findings).sentence('compiled')).toMatch(/THE LABEL LIES.* 7000.* 1000/);
  });

  it('verifies code against the relay chain and the para, and says how near other code is', async () => {
    const same = await json('code', 'verify', await file('good.wasm', good), ...relay, ...para);
    expect(same).toMatchObject({ status: 0, isSame: true });
    const labelled = await file('labelled.wasm', relabelled(good, 1001));
    const other = await json('code', 'verify', labelled, ...relay, ...para);
    expect(other).toMatchObject({ status: 5, isSame: false });
    expect(other.held.map(({ kinship }: { kinship: string }) => kinship)).toEqual([
      'other-label',
      null,
      null,
      'other-label',
    ]);
    const substitutes = { 4: toHex(relabelled(good, 1001)) };
    const spec = await file(
      'held.json',
      JSON.stringify({ codeSubstitutes: substitutes, genesis: { raw: { top: {} } } }),
    );
    expect(await json('code', 'verify', labelled, '--spec', spec)).toMatchObject({ status: 0, isSame: true });
    expect((await commandLine(['code', 'verify', labelled])).stderr).toContain(
      'say what the code is held against',
    );
  });

  it('leaves a file alone that is there already and holds something else, unless it is told otherwise', async () => {
    const out = await file('kept.wasm', 'somebody needs this');
    const relabel = (version: number, ...flags: readonly string[]) =>
      commandLine([
        ...['code', 'relabel', join(folder, 'kept-source.wasm'), '--spec-version', String(version)],
        ...['--out', out, ...flags],
      ]);
    await file('kept-source.wasm', good);
    const refused = await relabel(7);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/RESCUE_REQUEST_INVALID: .*kept\.wasm is there already .* --force/);
    expect(await readFile(out, 'utf8')).toBe('somebody needs this');
    expect((await relabel(7, '--force')).status).toBe(0);
    const written = await readFile(out);
    // What would write the same takes nothing away.
    expect((await relabel(7)).status).toBe(0);
    expect((await relabel(8)).status).toBe(1);
    const spec = await file('kept.json', '{}');
    const substitute = (...flags: readonly string[]) =>
      commandLine(['chainspec', 'substitute', '--code', out, '--block', '1', '--out', spec, ...flags]);
    expect((await substitute()).stderr).toMatch(/kept\.json is there already/);
    expect(await readFile(spec, 'utf8')).toBe('{}');
    await substitute('--force');
    expect(JSON.parse(await readFile(spec, 'utf8'))).toEqual({ 1: toHex(written) });
  });

  it('gives up code that does not end when it is asked, and compares the rest', {
    timeout: 60_000,
  }, async () => {
    const endless = patchedCode(good, endlessAt('Metadata_metadata_at_version'));
    const runner = createCompiledRunner({ computeMs: 1_500 });
    try {
      expect(await runner.metadata(endless)).toEqual({
        trouble: expect.stringMatching(/did not end within 1500 ms/),
      });
      expect(await runner.compiledVersion(endless)).toMatchObject({ specVersion: 1000 });
    } finally {
      await runner.close();
    }
  });

  it('refuses a substitute for each reason for which nodes or the relay chain would not take it', async () => {
    const genesis = { raw: { top: { '0x3a636f6465': '0x00' }, childrenDefault: {} } };
    const spec = await file(
      'spec.json',
      JSON.stringify({ id: 'a', relay_chain: 'r', para_id: 2001, codeSubstitutes: { x: '0x00' }, genesis }),
    );
    const out = join(folder, 'patched.json');
    const head = network.para.chain.finalized.number;
    const refused = await json(
      ...['chainspec', 'substitute', spec, '--code', await file('fixed.wasm', fixed), '--out', out],
      ...['--block', String(head + 50), ...relay, ...para],
    );
    const { results, sentence } = checks(refused.findings);
    expect(refused).toMatchObject({ status: 5, written: null });
    expect(results).toMatchObject({
      block: 'obstacle',
      label: 'obstacle',
      'relay-code': 'obstacle',
      spec: 'obstacle',
      substitutes: 'obstacle',
    });
    expect(sentence('label')).toMatch(/labelled 1001, and the code on chain 1000.*whichever is higher/);
    await expect(readFile(out)).rejects.toThrow();
    const needless = await json('chainspec', 'substitute', '--code', 'relay', ...relay, ...para);
    expect(checks(needless.findings)).toMatchObject({ results: { needed: 'warning' } });
    const blind = await json('chainspec', 'substitute', '--code', join(folder, 'fixed.wasm'), '--block', '1');
    expect(blind.status).toBe(4);
    expect(checks(blind.findings).results).toMatchObject({
      block: 'unknown',
      'relay-code': 'unknown',
      label: 'unknown',
    });
  });

  it.skipIf(!HAS_SPECS)('names runtime APIs one by one that a substitute has in other versions', async () => {
    const codeOf = (name: string) => openSpec(name).state.get('0x3a636f6465') ?? new Uint8Array();
    const { lintSubstitute } = await import('../../src/code/substitute-lint.ts');
    const facts = { block: 1, spec: null, head: 1, paraId: null, relay: null };
    const findings = lintSubstitute({
      ...facts,
      code: codeOf('penpal-westend'),
      own: { code: codeOf('penpal-local'), trust: 'given' },
    });
    const told = findings.filter(({ check }) => check === 'runtime-apis').map(({ sentence }) => sentence);
    expect(told.join()).toContain('AuraUnincludedSegmentApi');
    const back = lintSubstitute({
      ...facts,
      code: codeOf('penpal-local'),
      own: { code: codeOf('penpal-westend'), trust: 'given' },
    });
    expect(
      back.filter(({ check }) => check === 'runtime-apis').map(({ sentence }) => sentence),
    ).toContainEqual(
      expect.stringMatching(
        /^the runtime API CollectCollationInfo has version 3, 2 before: collators and nodes need a release that knows version 3/,
      ),
    );
  });

  it('signs offline and online for the compiled version; elsewhere too; and sends it', async () => {
    const runtime = await file('signed-by.wasm', relabelled(good, 7000));
    const call = [
      'tx',
      'sign',
      '--runtime',
      runtime,
      '--call',
      'system.remark',
      '--args',
      '["0x616c697665"]',
    ];
    const node = ['--node', network.para.url];
    network.run(100);
    const sent = await json(...call, ...node, '--signer', '//Alice', '--submit');
    expect(sent).toMatchObject({
      status: 0,
      specVersion: 1000,
      transactionVersion: 1,
      sent: { block: expect.any(Number) },
    });
    const wrong = await commandLine([
      ...call,
      ...node,
      '--signer',
      '//Alice',
      '--submit',
      '--spec-version',
      '7000',
    ]);
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('bad signature') });
    network.pause();
    const offline = ['--genesis', network.para.chain.genesisHash, '--nonce', '7', '--era-period', '0'];
    const alone = await json(...call, ...offline, '--signer', '//Bob');
    expect(alone.call.decoded).toEqual({ method: 'system.remark', args: { remark: '0x616c697665' } });
    expect((await commandLine([...call, ...offline, '--signer', '//Bob'])).stdout).toMatch(
      /^signer +5FHneW46\w+ \(0x8eaf0415\w+\)$/m,
    );
    const elsewhere = await json(...call, ...offline, '--account', alone.signer);
    expect(elsewhere).toMatchObject({ extrinsic: null, payload: alone.payload });
    const signature = alone.extrinsic.bytes.slice(2 + 2 * (2 + 1 + 1 + 32), 2 + 2 * (2 + 1 + 1 + 32) + 130);
    const put = await json(...call, ...offline, '--account', alone.signer, '--signature', `0x${signature}`);
    expect(put.extrinsic).toEqual(alone.extrinsic);
    for (const [bad, words] of [
      [`0x${signature.slice(0, -2)}${signature.endsWith('00') ? '01' : '00'}`, 'not one of this account'],
      [`0x07${signature.slice(2)}`, 'not of a kind'],
      ['0x1234', 'not of a kind'],
    ] as const) {
      const refused = await commandLine([...call, ...offline, '--account', alone.signer, '--signature', bad]);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(words) });
      expect(refused.stderr).toContain('RESCUE_SIGNATURE_INVALID');
    }
    expect((await commandLine([...call, '--signer', '//Bob'])).stderr).toContain(
      'give --genesis and --nonce',
    );
    // Nothing is signed but what was given, to the last digit.
    const give = async (args: string) =>
      commandLine([
        ...['tx', 'sign', '--runtime', runtime, '--call', 'balances.transferKeepAlive', '--args', args],
        ...[...offline, '--account', alone.signer, '--json'],
      ]);
    const large = await give(`["${alone.signer}", "12345678901234567"]`);
    expect(JSON.parse(large.stdout).call.decoded.args.value).toBe('12345678901234567');
    for (const [args, words] of [
      [`["${alone.signer}", 12345678901234567]`, 'stand in quotes'],
      [`["${alone.signer}", null]`, 'value is missing'],
      [`[{"Id":"${alone.signer}","Index":7}, 1]`, 'dest is one of'],
      [`["${alone.signer}"]`, 'dest: AccountIdLookupOf, value: Balance'],
    ] as const) {
      const { status, stderr } = await give(args);
      expect(status).not.toBe(0);
      expect(stderr).toContain(words);
    }
    network.resume();
  });

  it('tells retired substitutes and nodes that are not synced from those that run one', async () => {
    const ask = async (code: Uint8Array, block: number) =>
      (
        await json(
          'chainspec',
          'substitute',
          '--code',
          await file('asked.wasm', code),
          '--block',
          String(block),
          '--node',
          network.para.url,
        )
      ).nodes[0].adoption;
    expect(await ask(good, 1)).toBe('not-needed');
    expect(await ask(fixed, 1)).toBe('no-effect');
    expect(await ask(relabelled(fixed, 1000), 1_000_000)).toBe('too-early');
    expect(await ask(relabelled(fixed, 1000), 1)).toBe('does-not');
    // The same module behind other bytes: a frame that zstd passes over.
    expect(await ask(concatBytes(good, Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0)), 1)).toBe(
      'unknown',
    );
  });
});
