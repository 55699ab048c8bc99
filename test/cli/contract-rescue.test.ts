import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import type { ChainAccess } from '../../devnet/network.ts';
import { hashCode } from '../../src/code/inspect.ts';
import { relabelled } from '../../src/code/relabel.ts';
import type { RescuePlan } from '../../src/domain/route/option.ts';
import type { Hex } from '../../src/domain/units.ts';
import { commandLine } from '../support/command-line.ts';
import { account, type CommandScene, contractPolicy, KEYS, openCommandScene } from './command-scene.ts';
import { heldVote } from './held-vote.ts';

const UNIT = 10_000_000_000n;

/** A dead para is rescued by hand: no service, only commands. The tests follow each other. */
describe('contract commands, a rescue by hand', () => {
  let scene: CommandScene;
  let address: Hex;
  let policy: string;
  let bundle: string;
  let fixed: string;
  let other: string;
  let codeHash: Hex;
  let id: Hex;

  beforeAll(async () => {
    scene = await openCommandScene();
    const { network, folder } = scene;
    [fixed, other] = [join(folder, 'fixed.wasm'), join(folder, 'next.wasm')];
    // Plans ask for the label of the para's own code.
    const code = relabelled(await network.artifacts.read('para-fixed'), 1000);
    codeHash = hashCode(code);
    await writeFile(fixed, code);
    await writeFile(other, await network.artifacts.read('para-next'));
    await network.unlockPara();
    address = await scene.deploy();
    const { chain } = await view<{ chain: { genesis: Hex } }>('status');
    const operators = [account('Ferdie'), account('Dave')];
    const place = {
      relayGenesis: network.relay.chain.genesisHash,
      genesis: chain.genesis,
      address,
      operators,
    };
    const rules = contractPolicy(place);
    policy = await scene.policyFile('policy', rules);
    const watchers = ['Alice', 'Bob', 'Charlie'].flatMap((name) => ['--watcher', account(name)]);
    watchers.push('--guardian', account('Dave'));
    const optIn = await scene.on(
      ...([address, 'opt-in', '--policy', policy, ...watchers, '--threshold', '2'] as const),
      ...['--signer-uri-env', 'MANAGER', '--yes'],
    );
    if (optIn.status !== 0) throw new Error(optIn.stderr);
    network.faults.stopCollators();
    const { chain: relayChain } = network.relay;
    const stopped = relayChain.best.number;
    // Longer than the gap of the policy: no round can be open on the head before that.
    await network.produceUntil(() => relayChain.finalized.number > stopped + 10, 20, 'the para at rest');
    bundle = join(folder, 'evidence.jsonl');
    await writeFile(bundle, await heldVote(network, rules, code));
  });
  afterAll(() => scene.close());

  const relay = () => ['--relay', scene.network.relay.url];
  const vote = () => [...relay(), '--evidence', bundle, '--code', fixed];
  const attest = (key: keyof typeof KEYS, ...flags: readonly string[]) =>
    scene.on(address, 'attest', ...vote(), '--signer-uri-env', key, ...flags);
  const execute = (...flags: readonly string[]) =>
    scene.on(address, 'execute', ...relay(), '--code', fixed, '--policy', policy, ...flags);
  const approve = (...flags: readonly string[]) =>
    commandLine(['contract', 'approve', ...relay(), '--policy', policy, ...flags], {
      env: { ...KEYS, FERDIE: '//Ferdie' },
    });
  async function view<T>(command: string, ...flags: readonly string[]): Promise<T> {
    const { stdout, stderr } = await scene.on(address, command, ...flags, '--json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }
  /** The contract's way in a plan, made straight at the chains for an operator. */
  async function planned() {
    const { network } = scene;
    const { stdout, stderr } = await commandLine(
      [
        ...['plan', '2000', ...relay(), '--para', network.para.url, '--contracts', network.contracts.url],
        ...['--policy', policy, '--code', fixed, '--signer-uri-env', 'DAVE', '--json'],
      ],
      { env: KEYS },
    );
    if (stdout === '') throw new Error(stderr);
    const option = (JSON.parse(stdout) as RescuePlan).options.find(({ way }) => way === 'contract');
    if (!option) throw new Error('the plan has no such way');
    const cost = (what: string) => option.costs.find((one) => one.what.startsWith(what));
    return { ...option, supply: option.steps[2]?.call, cost };
  }
  let ahead: Awaited<ReturnType<typeof planned>>;
  const relayStatus = (...flags: readonly string[]) =>
    scene.on(address, 'status', ...relay(), '--policy', policy, ...flags);
  function freeOf({ chain }: Pick<ChainAccess, 'chain'>, account: Hex): bigint {
    const entry = chain.typesOf().read(chain.stateOf(chain.best), 'system', 'account', account);
    return BigInt((entry?.toJSON() as { data: { free: number | string } } | undefined)?.data.free ?? 0);
  }
  /** Sends tokens and waits until they are there. */
  async function fund({ chain }: Pick<ChainAccess, 'chain'>, to: Hex, amount: bigint): Promise<void> {
    const types = chain.typesOf();
    const before = freeOf({ chain }, to);
    scene.network.submit(
      chain,
      types.call('balances', 'transferKeepAlive', { Id: to }, amount),
      devAccount('Eve'),
    );
    await scene.network.produceUntil(() => freeOf({ chain }, to) > before, 10, 'the funds');
  }

  it('attests nothing in a dry run, and shows the whole decision', async () => {
    const shown = await attest('ALICE', '--dry-run');
    expect(shown.status).toBe(0);
    // What is told there is on which relay chain it stands.
    expect(shown.stderr).not.toMatch(/error|warning/);
    expect(shown.stdout).toMatch(/contract call +RescueContract\.attest/);
    expect(shown.stdout).toContain(codeHash);
    expect(shown.stdout).toMatch(/dry run +succeeds; uses weight \d+/);
    expect(shown.stdout).toMatch(/warning: the manager of the para is/);
    expect(await view('status')).toMatchObject({ decided: null, state: { decided: null } });
  });

  it('refuses a bundle that does not hold, code that was not voted for, and the key of a stranger', async () => {
    const { readFile } = await import('node:fs/promises');
    const forged = join(scene.folder, 'forged.jsonl');
    const text = await readFile(bundle, 'utf8');
    await writeFile(forged, text.replace('"choice":"aye"', '"choice":"nay"'));
    const rest = [...relay(), '--signer-uri-env', 'ALICE', '--yes'];
    const lie = await scene.on(address, 'attest', ...rest, '--evidence', forged, '--code', fixed);
    expect(lie.stderr).toMatch(/error RESCUE_PROOF_INVALID: .*does not hold at signatures/);
    const nothing = await scene.on(address, 'attest', ...rest, '--evidence', fixed, '--code', fixed);
    expect(nothing.stderr).toMatch(/error RESCUE_PROOF_INVALID: .*is no evidence bundle/);
    const code = await scene.on(address, 'attest', ...rest, '--evidence', bundle, '--code', other);
    expect(code.stderr).toMatch(/error RESCUE_CODE_INVALID: .*but the vote approved/);
    expect((await attest('DAVE', '--yes')).stderr).toMatch(/error RESCUE_CONTRACT_REFUSES: .*no watcher/);
    expect(await view('status')).toMatchObject({ decided: null });
  });

  it('decides when two watchers have attested the same', async () => {
    const first = await attest('ALICE', '--yes');
    expect(first.stdout).toMatch(/event {6}Attested/);
    const { state } = await view<{ state: { decided: Hex | null } }>('status');
    expect(state.decided).toBeNull();
    expect((await attest('ALICE', '--yes')).stderr).toMatch(/this watcher attested it already/);
    const second = await attest('BOB', '--yes', '--json');
    const events = JSON.parse(second.stdout).events as { name: string; args: { id: Hex } }[];
    id = events.find(({ name }) => name === 'Decided')?.args.id ?? '0x';
    const { stdout } = await scene.on(address, 'status');
    expect(stdout).toMatch(new RegExp(`decided +${id}: 2 watchers behind it; any watcher can execute it`));
  });

  it('does not execute while the multisig is not the manager and nobody has paid', async () => {
    const refused = await execute('--account', account('Eve'), '--dry-run');
    expect(refused.stderr).toMatch(/error RESCUE_CHAIN_REFUSES: .*the manager of the para is/);
    expect(refused.stdout).toMatch(/cannot work: the contract's derived account .* can spend 0/);
    expect(refused.stdout).toMatch(/warning: the contract has 0\.01 UNIT, but carrying the message costs/);
    expect(await view('status')).toMatchObject({ state: { lastSentId: null } });
  });

  it('tells when everything is there', async () => {
    const { network } = scene;
    const { relay: told, account: own } = await view<{
      account: Hex;
      relay: { parties: { derived: Hex; multisig: Hex } };
    }>('status', ...relay(), '--policy', policy);
    await fund(network.contracts, own, UNIT);
    await fund(network.relay, told.parties.derived, 10n * UNIT);
    const types = network.relay.chain.typesOf();
    const addProxy = types.call('proxy', 'addProxy', { Id: told.parties.multisig }, 'Any', 0);
    network.submit(network.relay.chain, addProxy, network.manager);
    const ready = async () => /the contract can act for the para/.test((await relayStatus()).stdout);
    await network.produceUntil(ready, 20, 'the contract being ready');
    expect((await relayStatus()).stdout).toMatch(/has the multisig as a proxy \(Any, delay 0 blocks\)/);
  });

  it('is planned with what will be sent, by whom, and what it costs', async () => {
    const { relay: told } = await view<{ relay: { parties: { derived: Hex } } }>(
      ...(['status', ...relay(), '--policy', policy] as const),
    );
    ahead = await planned();
    const { result, steps, supply, costs, expectedBlocks } = ahead;
    expect(result).toBe('works');
    expect(steps.map(({ chain, signer, call }) => [chain, signer, call?.method])).toEqual([
      ['contracts chain', 'watcher', 'RescueContract.attest'],
      ['contracts chain', 'watcher', 'RescueContract.execute'],
      ['relay chain', 'operator', 'multisig.asMultiThreshold1'],
      ['relay chain', null, undefined],
      ['nodes of the para', null, undefined],
    ]);
    expect(supply?.inside?.map(({ method }) => method)).toEqual([
      'multisig.asMulti',
      'proxy.proxy',
      'registrar.scheduleCodeUpgrade',
    ]);
    // Where the approval will stand, nobody knows yet.
    expect(supply).toMatchObject({ hash: null, data: null });
    expect(expectedBlocks).toBe(8);
    expect(costs.map(({ kind, account: by }) => [kind, by])).toEqual([
      ['fee', told.parties.derived],
      ['deposit', told.parties.derived],
      ['fee', address],
    ]);
  });

  it('has nothing to approve before the message', async () => {
    const early = await approve('--code', fixed, '--signer-uri-env', 'FERDIE', '--yes');
    expect(early.stderr).toMatch(/error RESCUE_CHAIN_REFUSES: the contract has approved no call/);
    const cancel = await scene.on(
      ...([address, 'cancel', ...relay(), '--code', fixed, '--policy', policy] as const),
      ...['--signer-uri-env', 'ALICE', '--yes'],
    );
    expect(cancel.stderr).toMatch(/there is nothing to take back/);
  });

  it('executes by a watcher, with the message made anew from policy and code', async () => {
    const wrong = await scene.on(
      ...([address, 'execute', ...relay(), '--code', other, '--policy', policy] as const),
      ...['--signer-uri-env', 'ALICE', '--yes'],
    );
    expect(wrong.stderr).toMatch(/error RESCUE_CODE_INVALID: .*but decision 0x/);
    expect(await execute('--signer-uri-env', 'ALICE', '--dry-run')).toMatchObject({ status: 0 });
    expect(await view('status')).toMatchObject({ state: { lastSentId: null } });
    const stranger = await execute('--id', id, '--signer-uri-env', 'DAVE', '--yes');
    expect(stranger.stderr).toMatch(/error RESCUE_CONTRACT_REFUSES: .*only watchers, the para's own account/);
    const { supply, cost } = ahead;
    const { relay: told, account: own } = await view<{
      account: Hex;
      relay: { parties: { derived: Hex; multisig: Hex } };
    }>('status', ...relay(), '--policy', policy);
    const { derived, multisig } = told.parties;
    const { network } = scene;
    const before = [freeOf(network.contracts, own), freeOf(network.relay, derived)] as const;
    const sent = await execute('--id', id, '--signer-uri-env', 'ALICE', '--yes');
    expect(sent.stdout).toMatch(/event {6}Executed/);
    expect((await scene.on(address, 'status')).stdout).toMatch(/its message was sent/);
    const pending = async () =>
      /the contract approved call/.test((await relayStatus('--code', fixed)).stdout);
    await scene.network.produceUntil(pending, 20, 'the approval on the relay chain');
    expect((await execute('--signer-uri-env', 'ALICE', '--yes')).stderr).toMatch(
      /is pending on the relay chain already/,
    );
    // What was planned came about: the call that is approved, and what each account paid.
    const [, approvedCall] = supply?.inside ?? [];
    const stored = network.readRelay('multisig', 'multisigs', multisig, approvedCall?.hash);
    expect(stored).toMatchObject({ depositor: expect.any(String), approvals: [expect.any(String)] });
    const { data } = network.readRelay('system', 'account', derived) as { data: { reserved: number } };
    expect(String(data.reserved)).toBe(cost('deposit of the approval')?.amount);
    const delivery = BigInt(cost('delivery')?.amount ?? -1);
    expect(before[0] - freeOf(network.contracts, own)).toBe(delivery);
    const most = BigInt(cost('most that the message')?.amount ?? 0) + BigInt(data.reserved);
    const spent = before[1] - freeOf(network.relay, derived);
    expect(spent).toBeGreaterThan(BigInt(data.reserved));
    expect(spent).toBeLessThanOrEqual(most);
  });

  it('takes the approval back when watchers want it, by the place that the relay chain tells', async () => {
    const flags = ['cancel', ...relay(), '--code', fixed, '--evidence', bundle, '--id', id] as const;
    const dry = await scene.on(address, ...flags, '--signer-uri-env', 'ALICE', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({
      act: { kind: 'attest-cancel' },
      dryRun: { kind: 'succeeds' },
    });
    for (const key of ['ALICE', 'BOB']) {
      const attested = await scene.on(address, ...flags, '--signer-uri-env', key, '--yes');
      expect(attested.stdout).toMatch(/event {6}CancelAttested/);
    }
    const cancelled = await scene.on(address, ...flags, '--signer-uri-env', 'CHARLIE', '--yes');
    expect(cancelled.stdout).toMatch(/event {6}Cancelled/);
    const gone = async () => /none of call 0x/.test((await relayStatus('--code', fixed)).stdout);
    await scene.network.produceUntil(gone, 20, 'the approval being taken back');
  });

  it('decides the next attempt, which one guardian can hold up and not forbid', async () => {
    const [first, second] = [await attest('ALICE', '--yes', '--json'), await attest('BOB', '--yes')];
    const { events, act } = JSON.parse(first.stdout);
    expect(act.decision.attempt).toBe(1);
    expect(second.stdout).toMatch(/event {6}Decided/);
    const next = events.find(({ name }: { name: string }) => name === 'Attested').args.id;
    const veto = ['veto', '--id', next, '--signer-uri-env'] as const;
    const stranger = await scene.on(address, ...veto, 'BOB', '--yes');
    expect(stranger.stderr).toMatch(/error RESCUE_CONTRACT_REFUSES: .*is no guardian/);
    const done = await scene.on(address, ...veto, 'DAVE', '--yes');
    expect(done.stderr).toMatch(
      /warning: it stands for the code 0x[0-9a-f]{64}, and a veto cannot be taken back/,
    );
    expect(done.stdout).toMatch(/event {6}Vetoed/);
    expect(done.stdout).toMatch(/is held up; one guardian forbids nothing/);
    expect((await scene.on(address, ...veto, 'DAVE', '--yes')).stderr).toMatch(/vetoed 0x.* already/);
  });

  it('executes it, and the operator supplies the code', async () => {
    expect(await view('status')).toMatchObject({ decided: { decision: { attempt: 1 } } });
    expect((await execute('--signer-uri-env', 'ALICE', '--yes')).status).toBe(0);
    const pending = async () =>
      /the contract approved call/.test((await relayStatus('--code', fixed)).stdout);
    await scene.network.produceUntil(pending, 20, 'the approval on the relay chain');

    const stranger = await approve('--code', fixed, '--signer-uri-env', 'BOB', '--yes');
    expect(stranger.stderr).toMatch(/error RESCUE_CHAIN_REFUSES: .*but the call is for/);
    const wrong = await approve('--code', other, '--signer-uri-env', 'FERDIE', '--yes');
    expect(wrong.stderr).toMatch(/the contract has approved no call/);
    const dry = await approve('--code', fixed, '--signer-uri-env', 'FERDIE', '--dry-run');
    expect(dry.stdout).toMatch(/call +multisig\.asMulti/);
    expect(dry.stdout).toMatch(/dry run +succeeds/);
    expect(scene.network.readRelay('paras', 'futureCodeHash', 2000)).toBeNull();
    const { supply } = await planned();
    const done = await approve('--code', fixed, '--signer-uri-env', 'DAVE', '--yes', '--json');
    expect(done.stderr).not.toMatch(/error/);
    expect(JSON.parse(done.stdout)).toMatchObject({
      effect: `code ${codeHash} is scheduled for para 2000`,
      // The very bytes that were planned for this operator.
      extrinsic: { method: 'multisig.asMultiThreshold1', callHash: supply?.hash },
    });
    const codes = ['futureCodeHash', 'currentCodeHash'].map((item) =>
      scene.network.readRelay('paras', item, 2000),
    );
    expect(codes).toContain(codeHash);
  });

  it('does not attest a vote on a head that the para has left', async () => {
    scene.network.faults.startCollators();
    const head = () => JSON.stringify(scene.network.readRelay('paras', 'heads', 2000));
    const dead = head();
    await scene.network.produceUntil(() => head() !== dead, 30, 'the para living again');
    const moved = scene.network.relay.chain.best.number;
    const isFinal = () => scene.network.relay.chain.finalized.number >= moved;
    await scene.network.produceUntil(isFinal, 10, 'the head being final');
    const late = await attest('CHARLIE', '--yes');
    expect(late.stderr).toMatch(/error RESCUE_CHAIN_REFUSES: .*the vote is void/);
  });
});
