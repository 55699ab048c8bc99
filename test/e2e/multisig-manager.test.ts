import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyMulti } from '@polkadot/util-crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { castVote } from '../../src/client/acts.ts';
import type { AccountHex } from '../../src/domain/units.ts';
import type { PageCall, PageExtrinsic } from '../../src/domain/validation/page.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { commandLine } from '../support/command-line.ts';
import { addProxyAs, createPure, fund, removeProxyAs, setManager } from '../support/managers.ts';
import { openScene, type Scene } from './scene.ts';

const KEYS = { CHARLIE: '//Charlie', DAVE: '//Dave', EVE: '//Eve', FERDIE: '//Ferdie' };
const SIGNATORIES = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
const MULTISIG = `2:${SIGNATORIES.map(({ address }) => address).join(',')}`;
const multisig = toHex(
  createKeyMulti(
    SIGNATORIES.map(({ pair }) => pair.publicKey),
    2,
  ),
) as AccountHex;

let scene: Scene;
let folder: string;
afterEach(async () => {
  await scene.close();
  await rm(folder, { recursive: true });
});

const made = ({ method, signer, inside = [] }: PageCall) => [method, signer, inside.length];
const sent = ({ method }: PageExtrinsic) => method;

/** A command that waits for blocks, which are made meanwhile. */
async function during<Result>(command: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = command.finally(() => {
    isOver = true;
  });
  for (let count = 0; count < 400 && !isOver; count += 1) await scene.block();
  return over;
}

describe('a para whose manager is a pure proxy, for which two of three act', () => {
  it('opts in by their signatures, is rescued by a service and a person who are two of them, and no more once the proxy is gone', async () => {
    folder = await mkdtemp(join(tmpdir(), 'pararescue-multisig-'));
    scene = await openScene({
      unlocked: true,
      signer: {
        kind: 'uri-env',
        env: 'CHARLIE',
        multisig: { threshold: 2, signatories: SIGNATORIES.map(({ address }) => address) },
      },
      env: KEYS,
    });
    const { network, client } = scene;
    const { paraId } = network;
    const owner = devAccount('Alice');
    const pure = await createPure(network, owner);
    await fund(network, pure);
    await addProxyAs(network, owner, pure, multisig);
    await setManager(network, pure);
    await scene.until(({ observation }) => observation?.registrar?.manager === pure, 5);

    const policy = join(folder, 'policy.json');
    await writeFile(policy, JSON.stringify(quickPolicy((await client.status()).relayGenesis, paraId)));
    const signatures = join(folder, 'opt-in.json');
    const optIn = (key: keyof typeof KEYS, ...more: string[]) =>
      commandLine(
        [
          ...['opt-in', '--para', String(paraId), '--policy', policy, '--url', scene.url],
          ...['--signer-uri-env', key, ...more],
        ],
        { env: KEYS },
      );
    expect((await optIn('FERDIE')).stderr).toMatch(
      /RESCUE_OPT_IN_INVALID: Whoever signed cannot act for the registrar manager: .* nor a proxy of it/,
    );
    const joint = ['--multisig', MULTISIG, '--signatures', signatures];
    expect(await optIn('CHARLIE', ...joint)).toMatchObject({ status: 0 });
    expect((await client.para(paraId)).optIn).toBeNull();
    expect(await optIn('EVE', ...joint)).toMatchObject({ status: 0 });
    const opted = await scene.until(({ readiness }) => readiness?.result !== 'not-asked', 10);
    expect(opted.optIn).toMatchObject({ by: 'manager', account: pure });
    const signer = opted.readiness?.checks.find(({ check }) => check === 'signer');
    expect(signer).toMatchObject({
      result: 'warning',
      sentence: expect.stringMatching(/2 of 3 is a proxy of the manager/),
    });

    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    for (const { uri } of network.holders.slice(-6)) {
      await castVote(client, proposal, signerFromUri(uri), 'aye');
    }
    await scene.until((para) => para.state === 'upgrading.carryingOut');
    const approvals = async () => (await scene.client.handover(paraId)).multisig?.approvals;
    await network.produceUntil(async () => (await approvals())?.length === 1, 20, 'the first approval');
    expect(await approvals()).toEqual([devAccount('Charlie').account]);
    // A service that was restarted approves no second time.
    await scene.restart();
    await scene.block();
    const code = join(folder, 'code.wasm');
    const shown = await commandLine(
      ['handover', '--para', String(paraId), '--code-out', code, '--json', '--url', scene.url],
      { env: {} },
    );
    const { commands, by } = JSON.parse(shown.stdout);
    expect(by).toBe(multisig);
    expect(commands.map((one: { by: string }) => one.by).sort()).toEqual(
      ['Dave', 'Eve'].map((name) => devAccount(name).account).sort(),
    );
    /** The command of a handover, with a key of a test in the place of a keystore. */
    const given = (command: string, key: keyof typeof KEYS) =>
      command
        .split(' ')
        .slice(1)
        .flatMap((word) =>
          word === '--signer-file' ? ['--signer-uri-env'] : word === 'KEYSTORE' ? [key] : [word],
        );
    // Trials on a fork have tests of their own.
    const supplied = await during(
      commandLine([...given(commands[0].command, 'DAVE'), '--no-try'], { env: KEYS }),
    );
    expect(supplied.stderr).not.toMatch(/^error/m);
    expect(supplied).toMatchObject({ status: 0, stdout: expect.stringMatching(/^done, .*is scheduled/) });
    await scene.until((para) => para.state === 'upgrading.awaitingFirstHeads', 20);
    const { observation } = await scene.until(
      (para) => para.observation?.currentCodeHash === proposal.codeHash,
      20,
    );
    network.installSubstitute(observation?.head?.number ?? 0, await network.artifacts.read('para-fixed'));
    const relocking = await scene.until((para) => para.state === 'upgrading.relocking', 30);
    expect(relocking.advice.join()).toMatch(/adds its lock again: "pararescue handover --para 2000/);
    await network.produceUntil(async () => (await approvals())?.length === 1, 20, 'the approval of the lock');
    const lock = await scene.client.handover(paraId);
    expect(lock).toMatchObject({ method: 'proxy.proxy', by: multisig, effect: 'para 2000 is locked' });
    await scene.restart();
    const added = await during(
      commandLine([...given(lock.commands[0]?.command ?? '', 'EVE'), '--no-try'], { env: KEYS }),
    );
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/^done, .*is locked/) });
    await scene.until((para) => para.state === 'healthy', 20);
    expect(await scene.client.para(paraId)).toMatchObject({ optIn: { account: pure } });
    // The page is closed a moment after the machine is done.
    const closed = async () => (await scene.client.page(paraId)).result.kind === 'done';
    await network.produceUntil(closed, 10, 'the end of the page');
    const { steps, costs } = await scene.client.page(paraId);
    const [charlie] = SIGNATORIES;
    expect(steps.map(({ id, calls, extrinsics }) => [id, calls.map(made), extrinsics.map(sent)])).toEqual([
      ['approve-call', [['multisig.approveAsMulti', charlie?.account, 2]], ['multisig.approveAsMulti']],
      ['schedule-code', [['multisig.asMulti', expect.stringMatching(/^0x/), 2]], []],
      ['await-enactment', [], []],
      ['first-heads', [], []],
      ['approve-lock', [['multisig.approveAsMulti', charlie?.account, 2]], ['multisig.approveAsMulti']],
      ['lock-again', [['multisig.asMulti', expect.stringMatching(/^0x/), 2]], []],
    ]);
    for (const { calls, extrinsics } of steps) {
      for (const { callHash } of extrinsics) expect(calls.map(({ hash }) => hash)).toContain(callHash);
    }
    expect(costs).toMatchObject([{ account: charlie?.account, amount: '12000000000' }]);

    await removeProxyAs(network, owner, pure, multisig);
    // The lock, which is back, makes it not ready too.
    const ofOptIn = ({ readiness }: ParaStatus) => readiness?.checks.find(({ check }) => check === 'opt-in');
    const left = await scene.until((para) => ofOptIn(para)?.result === 'obstacle', 10);
    expect(left.readiness?.result).toBe('not-ready');
    expect(ofOptIn(left)?.sentence).toMatch(/by a proxy that it does not have any more/);
  });
});
