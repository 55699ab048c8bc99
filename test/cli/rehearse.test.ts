import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { unlockPara } from '../../devnet/unlock.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { differencesOf } from '../../src/domain/validation/differences.ts';
import type { ValidationPage } from '../../src/domain/validation/page.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { HAS_SPECS, openSpec, specFile, specPath } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';
import { addProxy } from '../support/managers.ts';

const BOB = devAccount('Bob').address;

describe('pararescue rehearse', () => {
  let network: Network;
  let folder: string;
  let fix: string;
  beforeAll(async () => {
    network = await startNetwork();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-rehearse-'));
    fix = join(folder, 'fixed.wasm');
    await writeFile(fix, await network.artifacts.read('para-fixed'));
    for (let block = 0; block < 3; block++) network.nextBlock();
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  const chains = () => ['--relay', network.relay.url, '--para', network.para.url];
  const rehearsed = (...args: string[]) => commandLine(['rehearse', String(PARA_ID), '--code', fix, ...args]);
  const json = async (...args: string[]): Promise<RehearsalReport> =>
    JSON.parse((await rehearsed(...args, '--json')).stdout) as RehearsalReport;
  const unlocked = () => [...chains(), '--as-manager', devAccount('Bob').address];
  const policyFile = async (changes: Partial<Policy>): Promise<string> => {
    const path = join(folder, 'policy.json');
    const policy = { ...quickPolicy(network.relay.chain.genesisHash, PARA_ID), ...changes };
    await writeFile(path, JSON.stringify(policy));
    return path;
  };

  it('tells what the relay chain says to the manager of a locked para, and who could act', async () => {
    const { status, stdout, stderr } = await rehearsed(...chains());
    expect(status).toBe(1);
    expect(stderr).toMatch(/error RESCUE_REHEARSAL_FAILED: the rescue of para 2000 fails at schedule-code/);
    expect(stdout).toMatch(/the para is locked, so its manager may not act/);
    expect(stdout).toMatch(/^\| became \| failed: registrar\.ParaLocked: .* in block \d+ \|$/m);
    expect(stdout).toMatch(/^What helps: registrar\.removeLock, by the para itself while it lives/m);
    expect(stdout).toMatch(/^\| locked \| true \| the same \|$/m);
  });

  it.each([
    [['--offline'], '--offline needs the --cache'],
    [['--spec', '/nowhere/a.json'], 'the chain spec /nowhere/a.json cannot be read'],
    [['--policy', '/nowhere/policy.yaml'], '/nowhere/policy.yaml'],
    [['--as-manager', 'nobody'], '--as-manager'],
    [['--multisig', '2:nobody'], '--multisig'],
    [
      ['--multisig', `1:${BOB},${devAccount('Dave').address}`, '--account', devAccount('Eve').address],
      'is none of the signatories',
    ],
    [['--report', '/dev/null'], 'the report cannot be written into /dev/null'],
    [['--most-blocks', '1'], 'was given up after 1 relay blocks'],
  ])('refuses %j with a sentence that helps', async (args, sentence) => {
    const { status, stderr } = await rehearsed(...args, ...(args[0] === '--most-blocks' ? unlocked() : []));
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('refuses the policy of another para, or of another relay chain', async () => {
    for (const changes of [{ para: 7 }, { relayGenesis: `0x${'11'.repeat(32)}` } as const]) {
      const { stderr } = await rehearsed(...chains(), '--policy', await policyFile(changes));
      expect(stderr).toMatch(
        /RESCUE_POLICY_INVALID: The policy is (one of para 7|for the relay chain 0x1111)/,
      );
    }
  });

  it('plays with another manager than the registrar has, says so, and that nodes would not use the code', async () => {
    const { verdict, steps, shortcuts } = await json(...unlocked());
    expect(verdict).toMatchObject({ kind: 'fails', step: 'first-heads' });
    expect(verdict.kind === 'fails' && verdict.words).toMatch(
      /nodes build with the code 0x\w+, .* it is labelled 1001, the para's own code 1000$/,
    );
    expect(steps.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['schedule-code', 'done'],
      ['await-enactment', 'done'],
      ['first-heads', 'failed'],
      ['lock-again', 'not reached'],
    ]);
    expect(steps[0]?.calls[0]?.signer).toBe(devAccount('Bob').account);
    expect(shortcuts.join()).toContain('Registrar.Paras(2000) was written');
  });

  describe('on a para that has died', () => {
    beforeAll(async () => {
      await unlockPara(network);
      await network.faults.breakRuntime();
      for (let block = 0; block < 20; block++) network.nextBlock();
    });

    it('plays the route until the para lives and is locked again, keeps every call, and does it again offline', async () => {
      const [report, cache] = [join(folder, 'report'), join(folder, 'cache')];
      await mkdir(report);
      await writeFile(join(report, 'call-9-registrar.ofAnEarlierDrill.scale'), 'old');
      const policy = await policyFile({ recovery: { heads: 2, lockAgain: true } });
      const { status, stdout, stderr } = await rehearsed(
        ...[...chains(), '--policy', policy, '--report', report, '--cache', cache],
      );
      expect(stderr).toMatch(/^relay block \+\d+: done: wait for the PVF vote/m);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^para 2000 lives again: \d heads under the new code, \d+ relay blocks/);
      const written = JSON.parse(await readFile(join(report, 'report.json'), 'utf8')) as RehearsalReport;
      expect(written.verdict).toEqual({ kind: 'lives' });
      expect(written.steps.map(({ id, outcome }) => [id, outcome])).toEqual(
        ['schedule-code', 'await-enactment', 'first-heads', 'lock-again'].map((id) => [id, 'done']),
      );
      const calls = written.steps.flatMap((step) => step.calls);
      expect(calls.map(({ method, problem }) => [method, problem])).toEqual([
        ['registrar.scheduleCodeUpgrade', null],
        ['registrar.addLock', null],
      ]);
      for (const [place, { data, hash, method }] of calls.entries()) {
        const file = await readFile(join(report, `call-${place + 1}-${method}.scale`));
        expect(toHex(file)).toBe(data);
        expect(toHex(blake2b256(file))).toBe(hash);
      }
      expect(await readdir(report)).toHaveLength(calls.length + 4);
      expect(written.steps[0]?.facts.find(({ role }) => role === 'brought')).toMatchObject({
        before: expect.stringContaining('is neither scheduled nor current'),
        after: null,
      });
      expect(written.after).toMatchObject({
        currentCodeHash: written.code.hash,
        registrar: { locked: true },
      });
      expect(written.after.head?.number).toBeGreaterThanOrEqual(written.head.number + 2);
      expect(await readFile(join(report, 'report.md'), 'utf8')).toMatch(
        /^\*\*para 2000 lives again: .*\*\*$/m,
      );
      const again = await json('--cache', cache, '--offline', '--policy', policy);
      expect(again.heads.map(({ hash, includedAt }) => [hash, includedAt])).toEqual(
        written.heads.map(({ hash, includedAt }) => [hash, includedAt]),
      );
    });

    it('plays as those who really sign: signatories of a multisig that is the proxy of the manager, one after the other', async () => {
      const people = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
      const { account: multisig } = multisigAccount({
        signatories: people.map(({ account }) => account),
        threshold: 2,
      });
      await addProxy(network, network.manager, { delegate: multisig });
      const [charlie, dave, eve] = people.map(({ account }) => account);
      const who = `2:${people.map(({ address }) => address).join(',')}`;
      const acting = ['--multisig', who, '--account', people[2]?.address ?? ''];
      const policy = await policyFile({ recovery: { heads: 1, lockAgain: true } });
      const drill = join(folder, 'drill');
      await rehearsed(...chains(), '--policy', policy, '--report', drill, ...acting);
      const read = async (name: string) => JSON.parse(await readFile(join(drill, name), 'utf8'));
      const report = (await read('report.json')) as RehearsalReport;
      expect(report.verdict).toEqual({ kind: 'lives' });
      const made = report.steps.map(({ id, calls }) => [
        id,
        calls.map(({ method, signer, problem }) => [method, signer, problem]),
      ]);
      const [second] = [charlie, dave].toSorted();
      const pair = [
        ['multisig.approveAsMulti', eve, null] as const,
        ['multisig.asMulti', second, null] as const,
      ];
      expect(made).toEqual([
        ['approve-call', [pair[0]]],
        ['schedule-code', [pair[1]]],
        ['await-enactment', []],
        ['first-heads', []],
        ['approve-lock', [pair[0]]],
        ['lock-again', [pair[1]]],
      ]);
      // What the page said before is what was signed.
      const page = (await read('validation.json')) as ValidationPage;
      expect(page.steps.flatMap(({ calls }) => calls.map(({ method, signer }) => [method, signer]))).toEqual(
        [...pair, ...pair].map(([method, signer]) => [method, signer]),
      );
      expect(differencesOf(page)).toEqual([]);
      const stranger = await rehearsed(...chains(), '--account', people[0]?.address ?? '');
      expect(stranger.stderr).toMatch(/RESCUE_REHEARSAL_FAILED: .* is neither .* nor a proxy of it/);
    });

    it('ends with the panic of a code that fails, and with the rejection of one that validators refuse', async () => {
      const bad = join(folder, 'bad.wasm');
      const broken = await network.artifacts.read('para-broken');
      await writeFile(bad, concatBytes(broken, IGNORED_FRAME));
      const panics = await commandLine(['rehearse', String(PARA_ID), '--code', bad, ...chains()]);
      expect(panics.status).toBe(1);
      expect(panics.stdout).toMatch(
        /fails at first-heads: para\/src\/heartbeat.rs:\d+:\d+: heartbeat: the window/,
      );
      await writeFile(bad, broken.subarray(0, 50_000));
      const refused = await commandLine(['rehearse', String(PARA_ID), '--code', bad, ...chains(), '--json']);
      expect((JSON.parse(refused.stdout) as RehearsalReport).verdict).toMatchObject({
        step: 'await-enactment',
        words: expect.stringContaining('the validators rejected the code'),
      });
    });
  });

  describe.skipIf(!HAS_SPECS)('on chains of other people', () => {
    it('backs and includes a living para by the relay chain itself, on forks of nodes and on specs', async () => {
      const [relay, para] = ['westend-local', 'penpal-local'].map(specFile);
      if (!relay || !para) throw new Error('both specs are there');
      const code = join(folder, 'penpal.wasm');
      const own = openSpec('penpal-local').state.get(toHex(encodeText(':code'))) ?? new Uint8Array();
      await writeFile(code, concatBytes(own, IGNORED_FRAME));
      const served = await startSpecNetwork({ specs: [relay, para] });
      onTestFinished(() => served.close());
      for (let block = 0; block < 6; block++) served.nextBlock();
      const penpal = served.paras[0];
      expect(penpal?.chain.best.number).toBeGreaterThan(2);
      const what = ['rehearse', '2000', '--code', code, '--json'];
      const manager = ['--as-manager', devAccount('Alice').address, '--trust-single-endpoint'];
      const nodes = ['--relay', served.relay.url, '--para', penpal?.url ?? ''];
      const files = ['westend-local', 'penpal-local'].map(specPath);
      const both = [
        [...what, ...nodes, ...manager],
        [...what, '--spec', ...files],
      ];
      for (const command of both) {
        const { status, stdout, stderr } = await commandLine(command);
        expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
        const { heads, head, shortcuts, after } = JSON.parse(stdout) as RehearsalReport;
        expect(heads[0]?.number).toBe(head.number + 1);
        expect(heads.length).toBeGreaterThanOrEqual(3);
        expect(after.registrar?.locked).toBe(true);
        expect(shortcuts.join()).not.toContain('heads are included by');
      }
    }, 120_000);

    it('includes blocks that are built on old relay blocks, on top of others that wait', async () => {
      const code = join(folder, 'asset-hub-westend.wasm');
      const { state } = openSpec('asset-hub-westend-local');
      await writeFile(
        code,
        concatBytes(state.get(toHex(encodeText(':code'))) ?? new Uint8Array(), IGNORED_FRAME),
      );
      const files = ['westend-local', 'asset-hub-westend-local'].map(specPath);
      const { status, stdout } = await commandLine([
        'rehearse',
        '--code',
        code,
        '--spec',
        ...files,
        '--json',
      ]);
      expect(status).toBe(0);
      const { heads } = JSON.parse(stdout) as RehearsalReport;
      const [first, second] = heads;
      expect((second?.includedAt ?? 0) - (first?.includedAt ?? 0)).toBe(1);
      expect(first?.upwardMessages).toBeGreaterThan(0);
    }, 60_000);

    it('finds no route where the relay chain switches code with the next head only', async () => {
      const code = join(folder, 'asset-hub.wasm');
      const own =
        openSpec('asset-hub-kusama-local').state.get(toHex(encodeText(':code'))) ?? new Uint8Array();
      await writeFile(code, concatBytes(own, IGNORED_FRAME));
      const files = ['kusama-local', 'asset-hub-kusama-local'].map(specPath);
      const { status, stderr } = await commandLine(['rehearse', '--code', code, '--spec', ...files]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/RESCUE_REHEARSAL_FAILED: .* applies upgrades only at the next included head/);
    }, 60_000);
  });
});

/** A zstd frame without content, which decoders pass over: another code by its hash only. */
const IGNORED_FRAME = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0);
