import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { fromHex, isHex, toHex } from '../../src/bytes/hex.ts';
import { readContractCode } from '../../src/contract/abi/artifacts.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { recordEvents } from '../sandbox/chain-events.ts';
import { account, type CommandScene, contractPolicy, openCommandScene } from './command-scene.ts';

const TWO_OF_THREE = ['Alice', 'Bob', 'Charlie']
  .flatMap((name) => ['--watcher', account(name)])
  .concat('--threshold', '2');
const NO_HASH = `0x${'00'.repeat(32)}`;

/** One para's dealings with its contract on one network; the tests follow each other. */
describe('contract commands', () => {
  let scene: CommandScene;
  let address: Hex;
  let policy: string;
  let wrongPolicy: string;

  beforeAll(async () => {
    scene = await openCommandScene();
  });
  afterAll(() => scene.close());

  const asManager = ['--signer-uri-env', 'MANAGER'];
  const status = async (): Promise<Record<string, unknown> & { state: Record<string, unknown> }> =>
    JSON.parse((await scene.on(address, 'status', '--json')).stdout);
  const balanceOf = (id: Hex) =>
    scene.network.contracts.chain
      .typesOf()
      .read(
        scene.network.contracts.chain.stateOf(scene.network.contracts.chain.best),
        'system',
        'account',
        id,
      )
      ?.toJSON() as { nonce: number; data: { free: number } } | undefined;

  it('calls a missing or wrong flag wrong usage', async () => {
    for (const flags of [
      ['deploy', '--para', 'x'],
      ['deploy', '--para', '2000', '--vm', 'jvm'],
      ['status', '--contract', '0x12'],
      ['veto', '--contract', `0x${'11'.repeat(20)}`],
    ]) {
      expect(await scene.contract(flags[0] ?? '', ...flags.slice(1))).toMatchObject({ status: 2 });
    }
  });

  it('shows what a deployment would be, and deploys nothing', async () => {
    const before = balanceOf(account('Alice'));
    const flags = ['--para', '2000', '--manager', scene.network.manager.address, '--dry-run', '--json'];
    const { status: code, stdout } = await scene.contract('deploy', ...flags, '--account', account('Alice'));
    expect(code).toBe(0);
    const view = JSON.parse(stdout);
    expect(view).toMatchObject({
      by: account('Alice'),
      manager: scene.network.manager.account,
      dryRun: { kind: 'succeeds', storageDeposit: expect.stringMatching(/^\d+$/) },
      call: { method: 'revive.instantiateWithCode', truncated: true },
    });
    expect(balanceOf(account('Alice'))).toEqual(before);
    const { err } = { err: (await scene.on(view.address, 'status')).stderr };
    expect(err).toMatch(/error RESCUE_CONTRACT_UNKNOWN/);
  });

  it('needs a key, and consent, to deploy', async () => {
    const deploy = (...flags: string[]) => scene.contract('deploy', '--para', '2000', ...flags);
    expect((await deploy()).stderr).toMatch(/error RESCUE_SIGNER_MISSING: .*--account/);
    expect((await deploy('--account', account('Alice'), '--yes')).stderr).toMatch(
      /RESCUE_SIGNER_MISSING: nothing was submitted/,
    );
    expect((await deploy('--signer-uri-env', 'ALICE')).stderr).toMatch(/nothing was submitted.*--yes/);
    expect((await deploy('--signer-uri-env', 'ALICE', '--account', account('Alice'))).stderr).toMatch(
      /either a key or --account/,
    );
  });

  it('submits nothing on the word of one node of the contracts chain, unless it is told to', async () => {
    const flags = ['--para', '2000', '--signer-uri-env', 'ALICE', '--salt', `0x${'07'.repeat(32)}`, '--yes'];
    const refused = await scene.alone('deploy', ...flags);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(
      /warning: which head of the contracts chain is the newest, one node alone says/,
    );
    expect(refused.stderr).toMatch(/error RESCUE_FINALITY_UNPROVEN: .*--relay.*--trust-single-endpoint/);
    // To prepare a call is no act.
    expect(await scene.alone('deploy', ...flags, '--dry-run')).toMatchObject({ status: 0 });
    const trusted = await scene.alone('deploy', ...flags, '--trust-single-endpoint');
    expect(trusted.stdout).toContain('the rescue contract of para 2000 is 0x');
  });

  it('tells which relay block it believes, and that once', async () => {
    const relay = ['--relay', scene.network.relay.url];
    const flags = ['--para', '2000', '--dry-run', '--account', account('Alice')];
    const told = await scene.alone('deploy', ...relay, ...flags);
    expect(told.stderr.match(/relay chain from block \d+/g)).toHaveLength(1);
    expect(told.stderr).not.toContain('one node alone says');
  });

  it('deploys for both machines at the address it told before, and says what to fund', async () => {
    for (const vm of ['evm', 'polkavm']) {
      const flags = ['--para', '2000', '--manager', scene.network.manager.address, '--vm', vm];
      const planned = await scene.contract(
        'deploy',
        ...flags,
        '--account',
        account('Alice'),
        '--dry-run',
        '--json',
      );
      const {
        status: code,
        stdout,
        stderr,
      } = await scene.contract('deploy', ...flags, ...['--signer-uri-env', 'ALICE', '--yes']);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const view = JSON.parse(planned.stdout);
      expect(stderr).toContain(`will have the address ${view.address}`);
      expect(stdout).toContain(`the rescue contract of para 2000 is ${view.address}`);
      expect(stdout).toContain(view.account);
      expect(stdout).toContain(view.relayAccount);
      expect(stdout).toMatch(/keep about 0\.0\d+ UNIT there for each message/);
      address = view.address;
      const told = await scene.on(address, 'status', '--account', account('Alice'));
      expect(told.stdout).toMatch(
        new RegExp(`the rescue contract of this version, as ${vm === 'evm' ? 'EVM' : 'PolkaVM'} code`),
      );
      expect(told.stdout).toMatch(/para 2000 never opted in/);
    }
    const again = await scene.contract(
      ...[
        'deploy',
        '--para',
        '2000',
        '--manager',
        scene.network.manager.address,
        '--signer-uri-env',
        'ALICE',
        '--yes',
      ],
    );
    expect(again.stderr).toMatch(/error RESCUE_CONTRACT_REFUSES: .*cannot be deployed/);
  });

  it('knows a contract of another code, however alike', async () => {
    const { chain } = scene.network.contracts;
    const seen = recordEvents(chain);
    const init = Buffer.from(readContractCode('evm'));
    const longest = init.lastIndexOf(Buffer.from('62278d00', 'hex'));
    expect(longest).toBeGreaterThan(0);
    init.writeUInt8(0x01, longest + 3); // PUSH3 2592000, the longest veto period in seconds, is one more
    const word = (hex: string) => hex.padStart(64, '0');
    const code = `0x${init.toString('hex')}${word((2000).toString(16))}${word('')}`;
    const weight = { refTime: 50_000_000_000n, proofSize: 2_000_000n };
    const args = [0n, weight, 100_000_000_000n, code, '0x', NO_HASH] as const;
    const deploy = chain.typesOf().call('revive', 'instantiateWithCode', ...args);
    scene.network.submit(chain, deploy, devAccount('Bob'));
    const made = () => seen.find(({ name }) => name === 'revive.Instantiated')?.data.contract;
    await scene.network.produceUntil(() => made() !== undefined, 20, 'the other contract');
    const { stdout } = await scene.on(made() as Hex, 'status');
    expect(stdout).toMatch(/code +NOT that of this version: do not trust what it says/);
  });

  it('refuses a policy that is not for this contract', async () => {
    const { network } = scene;
    const relayGenesis = network.relay.chain.genesisHash;
    const genesis = (await status()).chain as { genesis: Hex };
    const place = { relayGenesis, genesis: genesis.genesis, address, operators: [account('Ferdie')] };
    policy = await scene.policyFile('policy', contractPolicy(place));
    wrongPolicy = await scene.policyFile(
      'wrong',
      contractPolicy({ ...place, address: `0x${'ab'.repeat(20)}` }),
    );
    const refused = await scene.on(
      address,
      'opt-in',
      '--policy',
      wrongPolicy,
      ...TWO_OF_THREE,
      ...asManager,
      '--yes',
    );
    expect(refused.stderr).toMatch(/error RESCUE_CHAIN_REFUSES: .*the policy names the contract 0xabab/);
    const other = await scene.policyFile(
      'chain',
      contractPolicy({ ...place, genesis: `0x${'cd'.repeat(32)}` }),
    );
    const chain = await scene.on(
      address,
      'opt-in',
      '--policy',
      other,
      ...TWO_OF_THREE,
      ...asManager,
      '--dry-run',
    );
    expect(chain.stdout).toMatch(/cannot work: the policy names the contracts chain with the genesis 0xcdcd/);
    expect(await status()).toMatchObject({ state: { policyHash: null } });
  });

  it('refuses the opt-in of anybody but the para and its manager, and a threshold that could decide twice', async () => {
    const flags = ['--policy', policy, ...TWO_OF_THREE, '--yes'];
    const stranger = await scene.on(address, 'opt-in', ...flags, '--signer-uri-env', 'BOB');
    expect(stranger.stderr).toMatch(
      /error RESCUE_CONTRACT_REFUSES: .*only the para's own account and its registered manager/,
    );
    const low = await scene.on(
      address,
      ...['opt-in', '--policy', policy, '--watcher', account('Alice'), '--watcher', account('Bob')],
      ...['--threshold', '1', ...asManager, '--yes'],
    );
    expect(low.stderr).toMatch(/the threshold must be more than half/);
  });

  it('warns where guardians would have the last word over a para without a manager', async () => {
    const deployed = await scene.contract('deploy', '--para', '2000', '--signer-uri-env', 'ALICE', '--yes');
    const [, alone] = /the rescue contract of para 2000 is (0x\w{40})/.exec(deployed.stdout) ?? [];
    if (!isHex(alone)) throw new Error(deployed.stderr);
    const relayGenesis = scene.network.relay.chain.genesisHash;
    const { genesis } = (await status()).chain as { genesis: Hex };
    const operators = [account('Ferdie')];
    const named = await scene.policyFile(
      'alone',
      contractPolicy({ relayGenesis, genesis, address: alone, operators }),
    );
    const flags = [...TWO_OF_THREE, '--guardian', account('Dave'), '--veto-seconds', '60', '--by', 'para'];
    const warning = /warning: more than half of these guardians can keep the para dead/;
    const one = await scene.on(alone, 'opt-in', '--policy', named, ...flags);
    expect(one.stdout).not.toMatch(warning);
    const two = await scene.on(alone, 'opt-in', '--policy', named, ...flags, '--guardian', account('Eve'));
    expect(two.stdout).toMatch(warning);
    const managed = await scene.on(
      address,
      'opt-in',
      '--policy',
      policy,
      ...flags,
      '--guardian',
      account('Eve'),
    );
    expect(managed.stdout).not.toMatch(warning);
  });

  it('opts in by the manager once it is told --yes', async () => {
    const flags = [
      '--policy',
      policy,
      ...TWO_OF_THREE,
      '--guardian',
      account('Dave'),
      '--veto-seconds',
      '60',
    ];
    const dry = await scene.on(address, 'opt-in', ...flags, ...asManager, '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({
      contract: address,
      act: { kind: 'opt-in', threshold: 2, vetoSeconds: 60 },
      dryRun: { kind: 'succeeds' },
      call: { method: 'revive.call' },
    });
    expect((await status()).state.policyHash).toBeNull();
    const done = await scene.on(address, 'opt-in', ...flags, ...asManager, '--yes');
    expect(done.stdout).toMatch(/^done, finalized at block \d+ of the contracts chain/);
    expect(done.stdout).toMatch(/event {6}OptedIn/);
    const { hash } = JSON.parse((await readPolicyHash(policy)).stdout);
    expect(await status()).toMatchObject({
      state: { policyHash: hash, epoch: '1', threshold: 2, vetoSeconds: '60', decided: null },
    });
  });

  it('tells the contract in plain words', async () => {
    const { stdout } = await scene.on(address, 'status', '--policy', policy);
    expect(stdout).toMatch(/opt-in +para 2000 is opted in with policy 0x/);
    expect(stdout).toMatch(/watchers +2 of 3 must agree/);
    expect(stdout).toMatch(/supports no decision/);
    expect(stdout).toMatch(
      /veto +one guardian can hold a decision up once, and forbids none; a decision is executed 1 minute later/,
    );
    expect(stdout).toMatch(/delivery +carrying a message costs about 0\.0\d+ UNIT, which it does NOT have/);
    const wrong = await scene.on(address, 'status', '--policy', wrongPolicy);
    expect(wrong.stdout).toMatch(/warning: the policy names the contract 0xabab/);
  });

  it('says what the relay side lacks', async () => {
    const relay = ['--relay', scene.network.relay.url];
    const { stdout } = await scene.on(address, 'status', ...relay, '--policy', policy);
    expect(stdout).toMatch(/needs +2\.\d+ UNIT: 1 UNIT for a message/);
    expect(stdout).toMatch(
      /manager +0x[0-9a-f]{64}: neither the multisig, nor has it the multisig as a proxy/,
    );
    expect(stdout).toMatch(/cannot act: the manager of the para is/);
    expect(stdout).toMatch(/cannot act: the contract's derived account .* can spend 0/);
  });

  it('prints the opt-out that the para itself really can send', async () => {
    const { network } = scene;
    const file = join(scene.folder, 'send.bin');
    const flags = ['--by', 'para', '--para-node', network.para.url, '--out', file];
    const words = await scene.on(address, 'opt-out', ...flags);
    expect(words.stdout).toMatch(/made by +para 2000 itself/);
    expect(words.stdout).toMatch(/destination +\{"parents":1,"interior":\{"X1":\[\{"Parachain":1000\}\]\}\}/);
    const view = JSON.parse((await scene.on(address, 'opt-out', ...flags, '--json')).stdout);
    const bytes = new Uint8Array(await readFile(file));
    expect(view.send).toEqual({
      method: 'polkadotXcm.send',
      data: toHex(bytes),
      hash: toHex(blake2b256(bytes)),
    });
    expect((await status()).state.policyHash).not.toBeNull();

    const { chain } = network.para;
    const types = chain.typesOf();
    const before = balanceOf(view.para.account)?.data.free ?? 0;
    network.submit(chain, types.call('sudo', 'sudo', types.registry.createType('Call', bytes)), network.sudo);
    await untilStatus((told) => told.state.policyHash === null);
    const spent = BigInt(before) - BigInt(balanceOf(view.para.account)?.data.free ?? 0);
    expect(spent).toBeLessThan(BigInt(view.para.needed));
  });

  it('prints the opt-in for the para also when a dry run names no key', async () => {
    const { network } = scene;
    const flags = [
      '--policy',
      policy,
      ...TWO_OF_THREE,
      '--dry-run',
      '--para-node',
      network.para.url,
      '--json',
    ];
    const view = JSON.parse((await scene.on(address, 'opt-in', ...flags)).stdout);
    const { chain } = network.para;
    const types = chain.typesOf();
    const send = types.registry.createType('Call', fromHex(view.send.data));
    network.submit(chain, types.call('sudo', 'sudo', send), network.sudo);
    await untilStatus((told) => told.state.policyHash === view.act.policyHash);
    expect((await status()).state).toMatchObject({ threshold: 2, guardians: [] });
  });

  it('leaves it to the para alone to direct its contract', async () => {
    const act = ['direct', '--target', `0x${'0a'.repeat(20)}`, '--data', '0x'] as const;
    const manager = await scene.on(address, ...act, ...asManager, '--yes');
    expect(manager.stderr).toMatch(/RESCUE_CONTRACT_REFUSES: .*only the para's own account may do that/);
    const both = await scene.on(address, ...act, ...asManager, '--by', 'para');
    expect(both.stderr).toMatch(/RESCUE_REQUEST_INVALID: give either --by para or a key/);
    const { stdout } = await scene.on(address, ...act, '--by', 'para', '--xcm-fee', '12345');
    expect(stdout).toMatch(/contract call +RescueContract\.direct/);
    expect(stdout).toMatch(/"Fungible":"12345"/);
    expect(stdout).toMatch(/para call +give --para-node/);
  });

  it('rotates watchers and guardians, and opts out', async () => {
    const idle = await scene.on(address, 'withdraw', '--signer-uri-env', 'BOB', '--yes');
    expect(idle.stderr).toMatch(/RESCUE_CONTRACT_REFUSES: .*supports no decision/);
    const rotate = ['rotate', '--watcher', account('Eve'), '--threshold', '1', ...asManager] as const;
    const rotated = await scene.on(address, ...rotate, '--yes');
    expect(rotated.stderr).toMatch(/warning: whatever watchers attested .* is void/);
    expect((await status()).state.watchers).toHaveLength(1);
    const guarded = await scene.on(address, ...rotate, '--guardian', account('Dave'), '--yes');
    expect(guarded.stderr).toMatch(/warning: one guardian alone can hold a decision up but never forbid it/);
    // Whoever names none keeps those that there are.
    await scene.on(address, ...rotate, '--yes');
    expect((await status()).state.guardians).toHaveLength(1);
    await scene.on(address, ...rotate, '--no-guardian', '--yes');
    expect((await status()).state.guardians).toEqual([]);
    const veto = await scene.on(address, 'veto', '--id', NO_HASH, '--signer-uri-env', 'DAVE', '--yes');
    expect(veto.stderr).toMatch(/is no guardian/);
    expect((await scene.on(address, 'opt-out', ...asManager, '--yes')).status).toBe(0);
    expect((await scene.on(address, 'status')).stdout).toMatch(/para 2000 is opted out, epoch \d+/);
    expect((await scene.on(address, 'opt-out', ...asManager, '--yes')).stderr).toMatch(/is not opted in/);
  });

  async function untilStatus(fits: (told: Awaited<ReturnType<typeof status>>) => boolean): Promise<void> {
    const seen = async () => fits(await status());
    await scene.network.produceUntil(seen, 60, 'the contract following the para');
  }

  async function readPolicyHash(file: string) {
    const { commandLine } = await import('../support/command-line.ts');
    return commandLine(['policy', 'check', file, '--json']);
  }
});
