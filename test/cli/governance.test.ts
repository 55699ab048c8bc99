import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultDesk } from '../../devnet/faults/desk.ts';
import { devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex } from '../../src/bytes/hex.ts';
import { commandLine } from '../support/command-line.ts';
import { authorised, submitFile } from '../support/governance-scene.ts';

/** One story on one network: what is prepared is what is voted on, enacted, and applied. */
describe('pararescue governance', () => {
  let network: ContractsNetwork;
  let folder: string;
  let fixed: string;
  let fixedHash: Hex;

  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
    folder = await mkdtemp(join(tmpdir(), 'pararescue-governance-'));
    fixed = join(folder, 'fixed.wasm');
    await writeFile(fixed, await network.artifacts.read('para-fixed'));
    fixedHash = await network.codeHash('para-fixed');
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  const onRelay = () => ['--para', String(PARA_ID), '--relay', network.relay.url];
  const run = (...args: string[]) =>
    commandLine([
      'governance',
      ...args,
      '--para',
      String(PARA_ID),
      '--relay',
      network.relay.url,
      '--asset-hub',
      network.contracts.url,
    ]);

  it('prepares both paths, tried out on both chains', async () => {
    const { status, stdout } = await run('prepare', '--code', fixed, '--out', join(folder, 'out'));
    expect(status).toBe(0);
    expect(stdout).toContain('dry run on the relay chain: its message, from para 1000: succeeds');
    expect(stdout).toMatch(
      /warning: the para lives: .*\nwarning: its spec version is 1001, but .* says 1000/,
    );
    expect(stdout).toContain('approval   100.0 % at first, 50.0 % at the end');
  });

  it('refuses to set code that nobody authorised', async () => {
    const { status, stderr } = await commandLine([
      'governance',
      'apply',
      ...onRelay(),
      '--code',
      fixed,
      '--yes',
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('no code is authorised for the para');
  });

  it('shows a referendum that is about the para, and what it waits for', async () => {
    await submitFile(network, join(folder, 'out'), 'root-submit', devAccount('Alice'));
    network.nextBlock();
    network.nextBlock();
    const { stdout } = await run('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      referenda: [
        {
          index: 0,
          track: { id: 0, name: 'root' },
          stage: { kind: 'preparing', depositPaid: false },
          effects: [{ kind: 'authorise-code', paraId: PARA_ID, codeHash: fixedHash, validPeriod: 43_200 }],
          whitelist: null,
          submittedBy: devAccount('Alice').account,
        },
      ],
      authorizedCode: null,
      messagesWaiting: 0,
    });
    expect((await run('status')).stdout).toContain('its decision deposit is not placed');
  });

  it('notes the head first where an upgrade of the para waits for one, which is over when the code is authorised', async () => {
    await new FaultDesk(network).begin('stuck-upgrade');
    const due = network.readRelay('paras', 'futureCodeUpgrades', PARA_ID) as number;
    await network.produceUntil(() => network.relay.chain.best.number > due, 30, 'the upgrade being due');
    const next = await network.codeHash('para-next');
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBe(next);
    const head = network.readRelay('paras', 'heads', PARA_ID);

    const out = join(folder, 'batch');
    const { status, stdout } = await run('prepare', '--code', fixed, '--out', out, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rootCall: { decoded: { method: 'utility.batchAll' } },
      paths: [
        { name: 'root', proposal: { form: 'preimage' }, steps: [{ name: 'root-preimage' }, {}, {}] },
        { name: 'whitelisted', proposal: { form: 'preimage' } },
        { name: 'fellowship', proposal: { form: 'inline' } },
        { name: 'cancel' },
      ],
      dryRuns: [
        { outcome: { kind: 'succeeds' } },
        { outcome: { kind: 'succeeds' } },
        { outcome: { kind: 'succeeds' } },
      ],
    });
    // A referendum by preimage is read as well as one that holds its call.
    await submitFile(network, out, 'root-preimage', devAccount('Charlie'));
    await submitFile(network, out, 'root-submit', devAccount('Charlie'));
    network.nextBlock();
    network.nextBlock();
    const shown = JSON.parse((await run('status', '--json')).stdout) as { referenda: unknown[] };
    expect(shown.referenda[0]).toMatchObject({
      index: 1,
      effects: [
        { kind: 'note-head', head },
        { kind: 'authorise-code', codeHash: fixedHash },
      ],
    });

    // What the referendum would do, by root of the contracts chain itself.
    const { chain } = network.contracts;
    const types = chain.typesOf();
    const proposal = fromHex((await readFile(join(out, 'root-proposal.hex'), 'utf8')).trim());
    network.submit(
      chain,
      types.call('sudo', 'sudo', types.registry.createType('Call', proposal)),
      network.sudo,
    );
    await network.produceUntil(() => authorised(network) !== null, 5, 'the authorisation');
    expect(authorised(network)?.codeHash).toBe(fixedHash);
    expect(network.readRelay('paras', 'currentCodeHash', PARA_ID)).toBe(next);
    expect(network.readRelay('paras', 'futureCodeHash', PARA_ID)).toBe(null);
    expect(network.readRelay('paras', 'heads', PARA_ID)).toBe(head);
  });

  it('sets the authorised code without a signature, and no other code', async () => {
    const other = join(folder, 'broken.wasm');
    await writeFile(other, await network.artifacts.read('para-broken'));
    const refused = await commandLine(['governance', 'apply', ...onRelay(), '--code', other, '--yes']);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain(`authorised other code for the para: ${fixedHash}`);
    // Root's word lasts, and the para lives: whoever stops it says so.
    const living = await commandLine(['governance', 'apply', ...onRelay(), '--code', fixed, '--yes']);
    expect(living.status).toBe(1);
    expect(living.stderr).toMatch(
      /the para lives: .*stops it at once.*--stop-living-para.*is 1001, but .* says 1002.*--any-spec-version/,
    );
    network.run(100);
    const { status, stdout, stderr } = await commandLine([
      'governance',
      'apply',
      ...onRelay(),
      '--code',
      fixed,
      '--yes',
      '--stop-living-para',
      '--any-spec-version',
      '--page',
      join(folder, 'apply.md'),
    ]);
    expect(stderr).toContain('without a signature');
    const page = JSON.parse(await readFile(join(folder, 'apply.json'), 'utf8'));
    expect(page).toMatchObject({ route: 'governance apply', result: { kind: 'done' } });
    // Blocks come by the clock here, however busy the machine is.
    expect(page.differences.filter((one: string) => !/it took \d+ relay blocks/.test(one))).toEqual([]);
    expect(page.steps[0].extrinsics).toMatchObject([{ signer: null, status: 'done', block: {} }]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('done, finalized'),
    });
    expect(network.readRelay('paras', 'currentCodeHash', PARA_ID)).toBe(fixedHash);
    expect(authorised(network)).toBe(null);
  });
});
