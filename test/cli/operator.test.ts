import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { registerCode } from '../../src/cli/operator/code.ts';
import { registerHead } from '../../src/cli/operator/head.ts';
import { registerLock } from '../../src/cli/operator/lock.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { inspectCode } from '../../src/code/inspect.ts';
import { USUAL_GAP } from '../../src/domain/chain/living.ts';
import { validationPage } from '../../src/domain/records/validation.ts';
import { blake2b256 } from '../../src/proof/index.ts';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** One story on one network that builds blocks by itself: the tests follow each other as a para's life does. */
describe('operator commands', () => {
  let network: Network;
  let folder: string;
  let fixed: string;

  beforeAll(async () => {
    network = await startNetwork({ blockMs: 200, finalityLag: 0 });
    folder = await mkdtemp(join(tmpdir(), 'pararescue-operator-'));
    fixed = join(folder, 'fixed.wasm');
    await writeFile(fixed, await network.artifacts.read('para-fixed'));
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  const run = async (...args: string[]): Promise<Run> => {
    let [out, err] = ['', ''];
    const io = {
      stdout: (text: string) => {
        out += text;
      },
      stderr: (text: string) => {
        err += text;
      },
      env: { MANAGER: '//ParaManager', STRANGER: '//Bob' },
      signal: new AbortController().signal,
    };
    const commands = [registerLock, registerCode, registerHead];
    const status = await runCommandLine(args, io, { version: '0.0.0', commands });
    return { status, out, err };
  };
  /** The page that `--page` wrote, as it is read again, and its Markdown. */
  const pageOf = async (name: string) => {
    const { differences, ...page } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
    const text = await readFile(join(folder, `${name}.md`), 'utf8');
    // Blocks come by the clock here, however busy the machine is.
    const others = differences.filter((sentence: string) => !/it took \d+ relay blocks/.test(sentence));
    return { differences: others, page: validationPage.strict.parse(page), text };
  };
  /** What the page expects of an item, and what it is afterwards. */
  const changeOf = ({ page }: Awaited<ReturnType<typeof pageOf>>, item: string) =>
    page.changes.find(({ place }) => place.item === `${item}(${PARA_ID})`);
  const onPara = () => ['--para', String(PARA_ID), '--relay', network.relay.url];
  const asManager = () => [...onPara(), '--signer-uri-env', 'MANAGER'];
  const registrar = () => network.readRelay('registrar', 'paras', PARA_ID) as { locked: boolean | null };
  const head = () => network.readRelay('paras', 'heads', PARA_ID) as string;

  it('calls a missing or wrong flag wrong usage', async () => {
    expect(await run('lock', 'status', '--para', '2000')).toMatchObject({ status: 2 });
    expect(await run('lock', 'status', '--para', 'x', '--relay', network.relay.url)).toMatchObject({
      status: 2,
    });
    expect(await run('code', 'schedule', ...onPara())).toMatchObject({ status: 2 });
  });

  it('names what is wrong with an endpoint', async () => {
    const { status, err } = await run('lock', 'status', '--para', '2000', '--relay', 'ws://127.0.0.1:1');
    expect(status).toBe(1);
    expect(err).toMatch(/^error RESCUE_NODE_UNREACHABLE: /m);
  });

  it('shows manager and lock of a para that its first head has locked', async () => {
    const { status, out } = await run('lock', 'status', ...onPara());
    expect(status).toBe(0);
    expect(out).toContain(network.manager.account);
    expect(out).toMatch(/lock .*locked: the manager may not act/);
    const json = JSON.parse((await run('lock', 'status', ...onPara(), '--json')).out);
    expect(json).toMatchObject({
      paraId: PARA_ID,
      locked: true,
      managerMayAct: false,
      manager: network.manager.account,
    });
  });

  it('refuses what the manager of a locked para may not do, and shows the call all the same', async () => {
    const { status, out, err } = await run('code', 'schedule', ...asManager(), '--code', fixed, '--dry-run');
    expect(status).toBe(1);
    expect(out).toContain('registrar.scheduleCodeUpgrade');
    expect(out).toContain(await network.codeHash('para-fixed'));
    expect(err).toMatch(
      /error RESCUE_CHAIN_REFUSES: registrar.scheduleCodeUpgrade cannot work: the para is locked/,
    );
    expect(await run('lock', 'add', ...asManager(), '--yes')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/locked already/),
    });
  });

  it('explains who can remove a lock, and prints the call for them', async () => {
    const { status, out, err } = await run('lock', 'remove', ...onPara());
    expect(status).toBe(1);
    expect(out).toMatch(/registrar\.removeLock/);
    expect(out).toMatch(/Transact \{ origin_kind: Native, call: 0x[0-9a-f]+ \}/);
    expect(out).toMatch(/as root: succeeds/);
    expect(out).toMatch(/tried +not on a fork, where nobody could sign it either/);
    expect(err).toMatch(/RESCUE_CHAIN_REFUSES: no signed account may remove a lock/);
    expect(await run('lock', 'remove', ...onPara(), '--dry-run')).toMatchObject({ status: 0 });
  });

  it('prints the call that a para really unlocks itself with', async () => {
    const page = ['--page', join(folder, 'unlock.md')];
    const { data } = JSON.parse(
      (await run('lock', 'remove', ...onPara(), '--dry-run', '--json', ...page)).out,
    );
    const { chain } = network.relay;
    expect(data).toBe(toHex(chain.typesOf().call('registrar', 'removeLock', PARA_ID).toU8a()));
    await network.unlockPara();
    await network.produceUntil(() => registrar().locked === false, 20, 'the para unlocking itself');
    await network.produceUntil(() => chain.finalized.number === chain.best.number, 5, 'finality');
    expect((await run('lock', 'status', ...onPara())).out).toMatch(/unlocked on purpose/);
    expect((await run('lock', 'remove', ...onPara(), '--dry-run')).err).toMatch(/nothing to remove/);
  });

  it('submits nothing without a key, without --yes, or with the key of somebody else', async () => {
    const withoutKey = await run('lock', 'add', ...onPara(), '--yes');
    expect(withoutKey.err).toMatch(/error RESCUE_SIGNER_MISSING/);
    const withoutYes = await run('lock', 'add', ...asManager());
    expect(withoutYes.err).toMatch(/error RESCUE_REQUEST_INVALID: nothing was submitted.*--yes/);
    const stranger = await run('lock', 'add', ...onPara(), '--signer-uri-env', 'STRANGER', '--yes');
    expect(stranger.err).toMatch(/error RESCUE_CHAIN_REFUSES: .*0x\w+ is neither 0x\w+ nor a proxy of it/);
    const two = await run('lock', 'add', ...asManager(), '--signer', '//Alice');
    expect(two.err).toMatch(/more than one key/);
    expect([withoutKey, withoutYes, stranger, two].map(({ status }) => status)).toEqual([1, 1, 1, 1]);
    expect(registrar().locked).toBe(false);
  });

  it('warns of a key on the command line and never repeats a secret', async () => {
    const { err, out } = await run('lock', 'add', ...onPara(), '--signer', '//Secret/Words', '--dry-run');
    expect(err).toMatch(/visible in the process list/);
    expect(`${out}${err}`).not.toMatch(/Secret/);
  });

  it('prints decoded call, hash and the first bytes of a long call, and writes all of them to a file', async () => {
    const file = join(folder, 'call.bin');
    const { status, out } = await run(
      ...['code', 'schedule', ...asManager(), '--code', fixed, '--dry-run', '--out', file, '--json'],
      ...['--stop-living-para', '--any-spec-version'],
    );
    const view = JSON.parse(out);
    const bytes = new Uint8Array(await readFile(file));
    expect(status).toBe(0);
    expect(view).toMatchObject({
      method: 'registrar.scheduleCodeUpgrade',
      truncated: true,
      dryRun: { kind: 'succeeds' },
      obstacles: [],
    });
    expect(view.callHash).toBe(toHex(blake2b256(bytes)));
    expect(view.length).toBe(bytes.length);
    expect(view.data).toBe(toHex(bytes.slice(0, 64)));
    expect(JSON.stringify(view.args)).toContain(await network.codeHash('para-fixed'));
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBeNull();
  });

  it('refuses code that the relay chain has already, and files that are no runtime', async () => {
    const good = join(folder, 'good.wasm');
    const text = join(folder, 'text.wasm');
    await writeFile(good, await network.artifacts.read('para-good'));
    await writeFile(text, 'this is no runtime');
    const schedule = (file: string) => run('code', 'schedule', ...asManager(), '--code', file, '--yes');
    expect((await schedule(good)).err).toMatch(/RESCUE_CHAIN_REFUSES: .*already stores this code/);
    expect((await schedule(text)).err).toMatch(/RESCUE_CODE_INVALID/);
    expect((await schedule(join(folder, 'missing.wasm'))).err).toMatch(
      /RESCUE_CODE_INVALID: .*cannot be read/,
    );
  });

  it('refuses another chain’s runtime, unless that chain is named, and tells what is different', async () => {
    const foreign = join(folder, 'foreign.wasm');
    await writeFile(foreign, await network.artifacts.read('contracts'));
    const meant = ['--stop-living-para', '--any-spec-version', '--no-try'];
    const schedule = (...more: string[]) =>
      run('code', 'schedule', ...asManager(), '--code', foreign, '--dry-run', ...meant, ...more);
    const { status, err } = await schedule();
    expect(status).toBe(1);
    expect(err).toMatch(
      /RESCUE_CODE_INVALID: .*a runtime of "[\w-]+", but the code that the relay chain stores is of "[\w-]+"/,
    );
    // The para's own state knows better than what was put on the relay chain.
    const own = await schedule('--para-node', network.para.url);
    expect(own.err).toMatch(/a runtime of "[\w-]+", but the stalled chain runs "pararescue-devnet-para"/);
    const named = inspectCode(await network.artifacts.read('contracts'), { maxCodeSize: 3e6 }).runtime
      .specName;
    const allowed = await schedule('--spec-name', named);
    expect(allowed.status).toBe(0);
    expect(allowed.out + allowed.err).toMatch(
      /warning: it is a runtime of .*, the code that it replaces is of/,
    );
    expect(allowed.out + allowed.err).toMatch(
      /warning: the runtime API (?:ContractsApi|ReviveApi) is new, version/,
    );
  });

  it('refuses what would harm a living para, and says what does it and which word means it', async () => {
    const code = await run('code', 'schedule', ...asManager(), '--code', fixed, '--yes');
    expect(code.status).toBe(1);
    expect(code.err).toMatch(
      /RESCUE_CHAIN_REFUSES: .*its last head is young.*This stops it: .*upgrade from the para .*--stop-living-para/,
    );
    expect(code.err).toMatch(
      /its spec version is 1001, but the code that the relay chain stores .*says 1000: .*--any-spec-version/,
    );
    const other = toHex(Uint8Array.of(...fromHex(head()).slice(0, -1), 0xff));
    const moved = await run('head', 'set', ...asManager(), '--head', other, '--yes');
    expect(moved.err).toMatch(/RESCUE_CHAIN_REFUSES: .*the para lives.*--move-living-head/);
    // How long a gap counts is no way around the word: with none of it each living para would be a dead one.
    for (const act of [
      ['code', 'schedule', '--code', fixed],
      ['head', 'set', '--head', other],
    ]) {
      const around = await run(...act, ...asManager(), '--gap', '1', '--yes');
      expect(around).toMatchObject({ status: 2, err: expect.stringContaining('at least 5') });
    }
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBeNull();
  });

  it('shows facts, what the call does on a fork of the relay chain, and what it costs', async () => {
    const meant = ['--stop-living-para', '--any-spec-version', '--dry-run'];
    const { status, out } = await run('code', 'schedule', ...asManager(), '--code', fixed, ...meant);
    expect(status).toBe(0);
    expect(out).toMatch(/needs +registrar unlocked \(now: holds\)/);
    expect(out).toMatch(/changes +code scheduled or current: 0x\w+ \(now: the code 0x\w+ is neither/);
    expect(out).toMatch(/tried +on a fork of relay block \d+: it does what it is made for, \d+ relay blocks/);
    expect(out).toMatch(new RegExp(`currentCodeHash +0x\\w+ → ${await network.codeHash('para-fixed')}`));
    expect(out).toMatch(/costs +[\d.,]+ \w+ of the account that signs/);
    expect(out).toMatch(
      /afterwards +the para runs on the substitute until an upgrade above spec version 1001/,
    );
    expect(out).toMatch(/afterwards +lock the para again/);
    const page = ['--page', join(folder, 'dry.md')];
    const untried = await run('lock', 'add', ...asManager(), '--no-try', '--dry-run', ...page);
    const dry = await pageOf('dry');
    // What the para's own message brought about is what its page expected.
    const { expected } = changeOf(await pageOf('unlock'), 'Registrar.Paras') ?? {};
    expect(expected).toEqual({ kind: 'is', value: changeOf(dry, 'Registrar.Paras')?.before });
    expect(dry.text).toMatch(/^\*\*Planned: nothing was signed yet, 1 step\*\*$/m);
    expect(changeOf(dry, 'Registrar.Paras')?.expected).toMatchObject({
      kind: 'is',
      value: { shown: expect.stringMatching(/, locked$/) },
    });
    // The para lives, so its heads go on.
    expect(changeOf(dry, 'Paras.Heads')?.expected.kind).toBe('open');
    expect(untried.out).toMatch(/warning: NOT TRIED: it was left out \(--no-try\)/);
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBeNull();
  });

  it('sets a head, with every warning, only when asked with --yes', async () => {
    network.faults.stopCollators();
    const context = () => network.readRelay('paras', 'mostRecentContext', PARA_ID) as number;
    const { chain } = network.relay;
    await network.produceUntil(() => chain.finalized.number > context() + USUAL_GAP, 80, 'a stopped para');
    const before = head();
    const rewound = toHex(Uint8Array.of(...fromHex(before).slice(0, -1), 0xff));
    expect((await run('head', 'set', ...asManager(), '--head', before, '--yes')).err).toMatch(
      /stores this head already/,
    );
    expect((await run('head', 'set', ...asManager(), '--head', 'xyz', '--yes')).err).toMatch(
      /RESCUE_REQUEST_INVALID/,
    );
    const hesitant = await run('head', 'set', ...asManager(), '--head', rewound);
    expect(hesitant.status).toBe(1);
    expect(hesitant.err).toMatch(/warning: .*no code is applied/);
    expect(head()).toBe(before);
    const file = join(folder, 'head.bin');
    await writeFile(file, fromHex(rewound));
    const page = ['--page', join(folder, 'head.md')];
    const done = await run('head', 'set', ...asManager(), '--head', `@${file}`, '--yes', ...page);
    const told = await pageOf('head');
    expect(told.differences).toEqual([]);
    expect(changeOf(told, 'Paras.Heads')?.expected.kind).toBe('is');
    expect(told.page).toMatchObject({
      route: 'head set',
      result: { kind: 'done' },
      steps: [
        {
          calls: [{ method: 'registrar.setCurrentHead', hash: expect.stringMatching(/^0x/) }],
          outcome: 'done',
          extrinsics: [{ status: 'done', block: { number: expect.any(Number) }, fee: expect.any(String) }],
        },
      ],
    });
    expect(done).toMatchObject({ status: 0, out: expect.stringMatching(/^done, finalized at relay block/) });
    expect(head()).toBe(rewound);
    const back = await run('head', 'set', ...asManager(), '--head', before, '--yes', '--json', '--no-try');
    expect(JSON.parse(back.out)).toMatchObject({
      extrinsic: { method: 'registrar.setCurrentHead' },
      effect: expect.any(String),
    });
    expect(head()).toBe(before);
  });

  it('schedules code and confirms from finalized storage that it is pending', async () => {
    const fixedHash = await network.codeHash('para-fixed');
    const { status, out, err } = await run(
      'code',
      'schedule',
      ...asManager(),
      '--code',
      fixed,
      '--yes',
      '--json',
      '--any-spec-version',
      '--page',
      join(folder, 'code.json'),
    );
    const told = await pageOf('code');
    expect(told.differences).toEqual([]);
    expect(told.page.code).toEqual({
      hash: fixedHash,
      bytes: (await network.artifacts.read('para-fixed')).length,
      runtime: expect.stringMatching(/ 1001$/),
    });
    expect(told.text).toMatch(/tried before on a fork of relay block \d+/);
    expect(err).toMatch(/submitting 0x/);
    expect(status).toBe(0);
    const done = JSON.parse(out);
    expect(done).toMatchObject({
      finalizedAt: { number: expect.any(Number) },
      effect: expect.stringContaining(fixedHash),
    });
    expect(done.extrinsic).not.toHaveProperty('bytes');
    expect([
      network.readRelay('paras', 'futureCodeHash', PARA_ID),
      network.readRelay('paras', 'currentCodeHash', PARA_ID),
    ]).toContain(fixedHash);
  });

  it('refuses another upgrade while one is pending or the cooldown runs', async () => {
    const next = join(folder, 'next.wasm');
    await writeFile(next, await network.artifacts.read('para-next'));
    const { status, err } = await run('code', 'schedule', ...asManager(), '--code', next, '--yes');
    expect(status).toBe(1);
    expect(err).toMatch(/RESCUE_CHAIN_REFUSES: .*(already pending|cooldown runs)/);
  });

  it('locks the para again, and tells that this cannot be taken back', async () => {
    const hasty = await run('lock', 'add', ...asManager(), '--yes');
    expect(hasty.err).toMatch(/RESCUE_CHAIN_REFUSES: .*has stopped, and only.*--lock-stopped-para/);
    const { status, out, err } = await run('lock', 'add', ...asManager(), '--yes', '--lock-stopped-para');
    expect({ status, out }).toEqual({ status: 0, out: expect.stringMatching(/para 2000 is locked/) });
    expect(err).toMatch(
      /tried +on a fork of relay block \d+: it does what it is made for[\s\S]*locked +false → true/,
    );
    expect(err).toMatch(/warning: once locked/);
    expect(registrar().locked).toBe(true);
  });
});
