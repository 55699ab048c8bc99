import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import type { Hex } from '../../src/bytes/hex.ts';
import { commandLine } from '../support/command-line.ts';
import { authorised, submitFile, voteAye } from '../support/governance-scene.ts';

/** What is read of the JSON of `governance status`. */
interface Status {
  readonly referenda: readonly {
    readonly track: unknown;
    readonly stage: { readonly kind: string };
    readonly effects: unknown;
  }[];
  readonly messagesWaiting: number;
  readonly authorizedCode: unknown;
}

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

  it('shows every stage of a root referendum from storage, until the hash is authorised', async () => {
    const out = join(folder, 'out');
    const stages: string[] = [];
    const look = async () => {
      const { stdout } = await run('status', '--json');
      const { referenda, messagesWaiting, authorizedCode } = JSON.parse(stdout) as Status;
      const stage = authorizedCode
        ? 'authorised'
        : messagesWaiting > 0
          ? 'sent'
          : (referenda[0]?.stage.kind ?? 'none');
      if (stages.at(-1) !== stage) stages.push(stage);
      return referenda[0];
    };
    await look();
    await submitFile(network, out, 'root-submit', devAccount('Alice'));
    network.nextBlock();
    network.nextBlock();
    expect(await look()).toMatchObject({
      track: { id: 0, name: 'root' },
      stage: { kind: 'preparing', depositPaid: false },
      effects: [{ kind: 'authorise-code', paraId: PARA_ID, codeHash: fixedHash, validPeriod: 43_200 }],
    });
    await submitFile(network, out, 'root-decision-deposit', devAccount('Bob'));
    await network.produceUntil(async () => (await look())?.stage.kind === 'deciding', 10);
    voteAye(network, 0);
    const isAuthorised = async () => {
      await look();
      return authorised(network) !== null;
    };
    await network.produceUntil(isAuthorised, 30);
    await look();
    expect(stages).toEqual([
      'none',
      'preparing',
      'deciding',
      'confirming',
      'scheduled',
      'sent',
      'authorised',
    ]);
    expect(authorised(network)?.codeHash).toBe(fixedHash);
  });

  it('sets the authorised code without a signature, and no other code', async () => {
    const other = join(folder, 'next.wasm');
    await writeFile(other, await network.artifacts.read('para-next'));
    const refused = await commandLine(['governance', 'apply', ...onRelay(), '--code', other, '--yes']);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain(`authorised other code for the para: ${fixedHash}`);
    network.run(100);
    const { status, stdout, stderr } = await commandLine([
      'governance',
      'apply',
      ...onRelay(),
      '--code',
      fixed,
      '--yes',
    ]);
    expect(stderr).toContain('without a signature');
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('done, finalized'),
    });
    expect(network.readRelay('paras', 'currentCodeHash', PARA_ID)).toBe(fixedHash);
    expect(authorised(network)).toBe(null);
  });
});
