import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyMulti } from '@polkadot/util-crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { USUAL_GAP } from '../../src/domain/chain/living.ts';
import type { RescuePlan } from '../../src/domain/route/option.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { commandLine } from '../support/command-line.ts';
import { addProxy, addProxyAs, createPure, fund, setManager } from '../support/managers.ts';

const KEYS = { BOB: '//Bob', CHARLIE: '//Charlie', DAVE: '//Dave', EVE: '//Eve', FERDIE: '//Ferdie' };
const SIGNATORIES = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
const TWO_OF_THREE = `2:${SIGNATORIES.map(({ address }) => address).join(',')}`;
const ANY_OF_THREE = `1:${SIGNATORIES.map(({ account }) => account).join(',')}`;
const multisig = (threshold: number) =>
  toHex(
    createKeyMulti(
      SIGNATORIES.map(({ pair }) => pair.publicKey),
      threshold,
    ),
  ) as AccountHex;

/** One story on one network that builds blocks by itself: the tests follow each other. */
describe('commands of a manager that is not one key', () => {
  let network: Network;
  let folder: string;
  let fixed: string;
  let fixedHash: Hex;

  beforeAll(async () => {
    network = await startNetwork({ blockMs: 0 });
    folder = await mkdtemp(join(tmpdir(), 'pararescue-acting-'));
    fixed = join(folder, 'fixed.wasm');
    // Under the label of the code that the relay chain stores, as the nodes of a dead para need it.
    const code = relabelled(await network.artifacts.read('para-fixed'), 1000);
    fixedHash = toHex(blake2b256(code));
    await writeFile(fixed, code);
    await network.unlockPara();
    await network.produceUntil(() => registrar().locked === false, 20, 'the para unlocking itself');
    network.faults.stopCollators();
    const { chain } = network.relay;
    const context = () => network.readRelay('paras', 'mostRecentContext', PARA_ID) as number;
    await network.produceUntil(() => chain.finalized.number > context() + USUAL_GAP, 80, 'a stopped para');
    network.run(100);
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  const registrar = () =>
    network.readRelay('registrar', 'paras', PARA_ID) as { manager: string; locked: boolean | null };
  const head = () => network.readRelay('paras', 'heads', PARA_ID) as `0x${string}`;
  const pending = () => network.readRelay('paras', 'futureCodeHash', PARA_ID);
  const run = (...args: string[]) =>
    commandLine([...args, '--para', String(PARA_ID), '--relay', network.relay.url], { env: KEYS });
  const by = (key: keyof typeof KEYS) => ['--signer-uri-env', key, '--yes'];
  const file = (name: string) => join(folder, name);

  it('refuses a key that is no proxy, one with a delay, and one of another kind, with the reason', async () => {
    const lock = () => run('lock', 'add', ...by('BOB'));
    expect((await lock()).stderr).toMatch(/RESCUE_CHAIN_REFUSES: .*is neither 0x\w+ nor a proxy of it/);
    await addProxy(network, network.manager, { delegate: devAccount('Bob').account, delay: 5 });
    expect((await lock()).stderr).toMatch(/with a delay of 5 blocks: only one without a delay counts/);
    await addProxy(network, network.manager, { delegate: devAccount('Ferdie').account, kind: 'NonTransfer' });
    expect((await run('lock', 'add', ...by('FERDIE'))).stderr).toMatch(
      /of the kind NonTransfer: only a proxy of the kind Any counts/,
    );
    expect(registrar().locked).toBe(false);
  });

  it('wraps the call of a key that is a proxy of the manager', async () => {
    await addProxy(network, network.manager, { delegate: devAccount('Bob').account });
    const next = `${head().slice(0, -2)}ff`;
    const shown = await run('head', 'set', '--head', next, '--signer-uri-env', 'BOB', '--dry-run', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      method: 'registrar.setCurrentHead',
      submitted: { method: 'proxy.proxy' },
      dryRun: { kind: 'succeeds' },
    });
    const done = await run('head', 'set', '--head', next, ...by('BOB'));
    expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(/^done, finalized/) });
    expect(head()).toBe(next);
  });

  it('takes a multisig whose signatories each give the same command, the last one the whole code', async () => {
    await addProxy(network, network.manager, { delegate: multisig(2) });
    const schedule = (...more: string[]) =>
      run('code', 'schedule', '--code', fixed, '--multisig', TWO_OF_THREE, ...more);
    const planned = async (...who: string[]) => {
      const place = ['--relay', network.relay.url, '--para', network.para.url, '--code', fixed, '--json'];
      const { stdout } = await commandLine(['plan', String(PARA_ID), ...place, ...who], { env: KEYS });
      const { options } = JSON.parse(stdout) as RescuePlan;
      const { steps = [], costs = [] } = options.find(({ way }) => way === 'registrar') ?? {};
      return { costs, signed: steps.filter(({ call }) => call !== null) };
    };
    const joint = ['--multisig', TWO_OF_THREE];
    const ahead = await planned(...joint, '--signer-uri-env', 'CHARLIE');
    const [charlie, dave] = SIGNATORIES.map(({ account }) => account);
    const others = [dave, devAccount('Eve').account].sort();
    expect(ahead.signed.map(({ call, signer }) => [call?.method, signer])).toEqual([
      ['multisig.approveAsMulti', charlie],
      ['multisig.asMulti', others[0]],
      ['multisig.approveAsMulti', charlie],
      ['multisig.asMulti', others[0]],
    ]);
    const [approval, execution] = ahead.signed.map(({ call }) => call);
    expect(approval?.inside?.map(({ method }) => method)).toEqual([
      'proxy.proxy',
      'registrar.scheduleCodeUpgrade',
    ]);
    expect(Object.fromEntries(execution?.args.map(({ name, value }) => [name, value]) ?? [])).toEqual({
      threshold: '2',
      otherSignatories: expect.stringMatching(/^\["\w{48}","\w{48}"\]$/),
      maybeTimepoint: expect.stringMatching(/known once a block holds that/),
      call: `proxy.proxy, blake2-256 ${execution?.inside?.[0]?.hash}`,
      maxWeight: expect.stringMatching(/"refTime":[1-9]\d+/),
    });
    expect(execution).toMatchObject({ hash: null, data: null, length: expect.any(Number) });
    expect(ahead.costs.at(-1)).toMatchObject({ kind: 'deposit', account: charlie, text: '1.2 UNIT' });
    // Nobody's key is needed to plan, and without the code only what follows from it is left open.
    const blind = await commandLine(
      ['plan', String(PARA_ID), '--relay', network.relay.url, '--para', network.para.url, ...joint],
      { env: KEYS },
    );
    expect(blind.stdout).toMatch(/made inside +proxy\.proxy\(\)/);
    expect(blind.stdout).toMatch(/of the multisig 5\w{47} \(0x\w{64}\)/);
    expect(blind.stdout).toMatch(/the key of the manager 5\w{47} \(0x\w{64}\)/);
    expect(blind.stdout).toMatch(/, deposit: .*, by 5\w{47} \(0x\w{64}\)/);

    const stranger = await schedule(...by('BOB'));
    expect(stranger).toMatchObject({ status: 1, stderr: expect.stringMatching(/none of the signatories/) });
    const first = await schedule(...by('CHARLIE'), '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ effect: 'the call is approved by this signatory' });
    expect(first.stderr).toMatch(
      /warning: the first approval of a multisig reserves a deposit of 1\.2 UNIT \(12000000000 planck\) of the signatory/,
    );
    expect(pending()).toBeNull();
    // Exactly the bytes that were planned.
    expect(JSON.parse(first.stdout)).toMatchObject({ extrinsic: { callHash: approval?.hash } });
    const midway = await planned(...joint, '--account', dave ?? '');
    expect(midway.signed[0]).toMatchObject({ signer: dave, call: { method: 'multisig.asMulti' } });
    expect(midway.costs.at(-1)).toMatchObject({ kind: 'deposit', account: charlie });
    const again = await schedule(...by('CHARLIE'));
    expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(/has approved the call before/) });
    expect(again.stdout).toMatch(/next .*1 of these: .*\ncommand .*pararescue code schedule .*--multisig 2:/);
    const view = JSON.parse((await schedule('--signer-uri-env', 'EVE', '--dry-run', '--json')).stdout);
    expect(view).toMatchObject({
      method: 'registrar.scheduleCodeUpgrade',
      submitted: { method: 'multisig.asMulti' },
      multisig: { turn: 'execute', threshold: 2, approvals: [devAccount('Charlie').account] },
    });
    const last = await schedule(...by('DAVE'), '--json');
    expect(last.status).toBe(0);
    expect(JSON.parse(last.stdout)).toMatchObject({
      extrinsic: { method: 'multisig.asMulti', callHash: midway.signed[0]?.call?.hash },
      effect: expect.stringMatching(/is scheduled for para 2000/),
    });
    expect([pending(), network.readRelay('paras', 'currentCodeHash', PARA_ID)]).toContain(fixedHash);
  });

  it('takes a pure proxy as manager, whose proxy is a multisig of which any signatory is enough', async () => {
    const pure = await createPure(network, devAccount('Alice'));
    await fund(network, pure);
    await addProxyAs(network, devAccount('Alice'), pure, multisig(1));
    await setManager(network, pure);
    const before = head();
    const next = `${before.slice(0, -2)}ee`;
    const set = await run('head', 'set', '--head', next, '--multisig', ANY_OF_THREE, ...by('EVE'), '--json');
    expect(set.stderr).not.toMatch(/^error/m);
    expect(JSON.parse(set.stdout)).toMatchObject({ extrinsic: { method: 'multisig.asMultiThreshold1' } });
    expect(head()).toBe(next);
  });

  it('gives an outside signer all that it needs, and ends when the effect is there', async () => {
    const spawner = devAccount('Alice');
    const path = file('lock.json');
    const heard: string[] = [];
    const waiting = commandLine(
      [
        ...['lock', 'add', '--para', String(PARA_ID), '--relay', network.relay.url],
        ...['--account', spawner.address, '--out', path, '--lock-stopped-para'],
      ],
      { env: KEYS, onStdout: (text) => void heard.push(text) },
    );
    await network.produceUntil(() => heard.join('').includes('command'), 100, 'the call being shown');
    const handover = JSON.parse(await readFile(path, 'utf8'));
    expect(handover).toMatchObject({
      method: 'proxy.proxy',
      effect: 'para 2000 is locked',
      by: spawner.account,
      commands: [
        {
          by: spawner.account,
          command: expect.stringMatching(/^pararescue lock add --lock-stopped-para --para 2000 /),
        },
      ],
    });
    expect(handover.callHash).toBe(toHex(blake2b256(Buffer.from(handover.data.slice(2), 'hex'))));
    expect(handover.link).toBe(
      `https://polkadot.js.org/apps/?rpc=${encodeURIComponent(network.relay.url)}#/extrinsics/decode/${handover.data}`,
    );
    expect(registrar().locked).toBe(false);
    // A wallet signs exactly these bytes.
    const { chain } = network.relay;
    network.submit(chain, chain.typesOf().registry.createType('Call', handover.data) as never, spawner);
    expect(await waiting).toMatchObject({ status: 0, stdout: expect.stringMatching(/done, .*is locked/) });
    expect(registrar().locked).toBe(true);
  });

  it('refuses a key beside --account, and what is no multisig', async () => {
    const two = await run('lock', 'add', '--account', devAccount('Bob').address, ...by('BOB'));
    expect(two.stderr).toMatch(/RESCUE_REQUEST_INVALID: a key and --account are given/);
    for (const [text, problem] of [
      ['Charlie', /must be THRESHOLD:ACCOUNT/],
      [`2:${SIGNATORIES[0]?.address}`, /has 2 to 100 signatories/],
      [`4:${TWO_OF_THREE.slice(2)}`, /threshold of 4 among 3/],
      ['2:5F,5G', /must be an account/],
    ] as const) {
      const { status, stderr } = await run('lock', 'add', '--multisig', text, ...by('CHARLIE'));
      expect([status, stderr]).toEqual([1, expect.stringMatching(problem)]);
    }
  });
});
