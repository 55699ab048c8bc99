import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARA_ID } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import type { TrialFailure, TrialVerdict } from '../../src/domain/diagnosis/trial.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { storageKey } from '../../src/proof/index.ts';
import { openScene, type Scene } from './scene.ts';

const COMMAND = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const byPara = (pallet: string, item: string) =>
  toHex(storageKey(pallet, item, { hasher: 'Twox64Concat', key: encodeU32(PARA_ID) }));
const GO_AHEAD = byPara('Paras', 'UpgradeGoAheadSignal');
const QUEUE_HEAD = byPara('Dmp', 'DownwardMessageQueueHeads');
/** An empty list of authorities. */
const NOBODY = '0x00';

/** One para, stopped again and again for another reason: what the service finds out, and what a process beside it does. */
describe('why a para has no next block, by execution', () => {
  let scene: Scene;
  /** What befell the network's own collators and validators since the last story began. */
  const troubles: string[] = [];
  beforeAll(async () => {
    scene = await openScene({ unlocked: false });
    scene.network.on('collation-failed', ({ panic }) => troubles.push(panic));
    scene.network.on('candidate-refused', ({ message }: RescueError) => troubles.push(message));
  });
  afterAll(() => scene.close());

  const relayRoot = (pallet: string, method: string, ...args: unknown[]) =>
    scene.network.queueSudo(scene.network.relay.chain, pallet, method, ...args);
  const revived = () => scene.until(({ state }) => state === 'healthy');
  /** The diagnosis, once the para has stopped and its next block was tried. */
  const found = async (): Promise<NonNullable<ParaStatus['diagnosis']>> => {
    troubles.length = 0;
    const { diagnosis, observation } = await scene.until(
      ({ state, diagnosis }) => state === 'stalled' && typeof diagnosis?.triedAt === 'number',
    );
    if (!diagnosis || !observation) throw new Error('nothing was found');
    expect(diagnosis.triedAt).toBeGreaterThan(observation.relay.number - 20);
    return diagnosis;
  };
  /** What `pararescue try` says in a process of its own. */
  const tried = async (): Promise<TrialFailure> => {
    const { relay, para } = scene.network;
    const args = ['try', String(PARA_ID), '--relay', relay.url, '--para', para.url, '--json'];
    const { status, stdout } = await new Promise<{ status: unknown; stdout: string }>((resolve) => {
      execFile(process.execPath, [COMMAND, ...args], (error, stdout) =>
        resolve({ status: error?.code ?? 0, stdout }),
      );
    });
    expect(status).toBe(1);
    const { verdict } = JSON.parse(stdout).report as { verdict: TrialVerdict };
    if (verdict.kind !== 'failed') throw new Error('it was accepted');
    return verdict;
  };

  it('the relay chain stores other code', async () => {
    const { artifacts } = scene.network;
    relayRoot('paras', 'forceSetCurrentCode', PARA_ID, toHex(await artifacts.read('para-next')));
    const diagnosis = await found();
    expect(diagnosis).toMatchObject({ cause: 'code-mismatch', curableByCode: true });
    expect(diagnosis.facts?.map(({ where }) => where)).toEqual(
      expect.arrayContaining([
        'relay: Paras.CurrentCodeHash',
        'para: :pending_code or :code',
        'relay: Paras.PastCodeMeta',
        'relay: header, digest POL1 ParaUpgradeCode',
        'trial',
      ]),
    );
    const again = await tried();
    expect(again).toMatchObject({ stage: 'validation', known: { cause: 'other-code' } });
    expect(diagnosis.sentence).toContain(`the next block fails when validators run it: ${again.words}`);
    expect(troubles.at(-1)).toContain(again.words.replace(/^\S+: /, ''));
    relayRoot('paras', 'forceSetCurrentCode', PARA_ID, toHex(await artifacts.read('para-good')));
    await revived();
  });

  it('an inherent panics', async () => {
    const { faults } = scene.network;
    // A head that is included in the same block would take the signal away.
    faults.stopCollators();
    relayRoot('system', 'setStorage', [[GO_AHEAD, '0x01']]);
    await scene.block();
    faults.startCollators();
    expect(await found()).toMatchObject({
      cause: 'bad-runtime',
      curableByCode: true,
      sentence: expect.stringMatching(
        /fails in an inherent \(parachainSystem.setValidationData\): .*GoAhead signal is not expected/,
      ),
    });
    expect(await tried()).toMatchObject({ stage: 'inherent', known: { cause: 'go-ahead' } });
    expect(troubles.at(-1)).toContain('GoAhead signal is not expected');
    relayRoot('system', 'killStorage', [GO_AHEAD]);
    await revived();
  });

  it('message queues differ', async () => {
    const { faults } = scene.network;
    faults.stopCollators();
    const head = scene.network.readRelay('dmp', 'downwardMessageQueueHeads', PARA_ID);
    relayRoot('system', 'setStorage', [[QUEUE_HEAD, `0x${'09'.repeat(32)}`]]);
    await scene.block();
    faults.startCollators();
    const diagnosis = await found();
    expect(diagnosis).toMatchObject({
      cause: 'messages-differ',
      curableByCode: true,
      sentence: expect.stringMatching(/DMQ head mismatch/),
    });
    expect(diagnosis.warnings?.join()).toContain('set_current_head');
    expect(diagnosis.facts).toContainEqual(
      expect.objectContaining({
        where: 'relay: Dmp.DownwardMessageQueueHeads',
        value: `0x${'09'.repeat(32)}`,
      }),
    );
    relayRoot('system', 'setStorage', [[QUEUE_HEAD, head]]);
    await revived();
  });

  it('the proof of validity is too large', async () => {
    relayRoot('configuration', 'setMaxPovSize', 1_000);
    expect(await found()).toMatchObject({
      cause: 'bad-runtime',
      sentence: expect.stringMatching(
        /because its proof of validity is too large: .* has \d+ bytes.*, and 1000 are allowed/,
      ),
    });
    expect(await tried()).toMatchObject({ stage: 'proof-size', block: 1 });
    expect(troubles.at(-1)).toContain('and 1000 are allowed');
    relayRoot('configuration', 'setMaxPovSize', 5 * 1024 * 1024);
    await revived();
  });

  it('the runtime panics when the block begins', async () => {
    const { network } = scene;
    await network.faults.breakRuntime();
    expect(await found()).toMatchObject({
      cause: 'bad-runtime',
      sentence: expect.stringMatching(
        /fails when it begins: .*heartbeat: the window ends after .* code changed/,
      ),
    });
    expect((await tried()).words).toMatch(/heartbeat: the window ends after the current block/);
    const fixed = await network.artifacts.read('para-fixed');
    network.installSubstitute(network.para.chain.best.number, fixed);
    relayRoot('paras', 'forceSetCurrentCode', PARA_ID, toHex(fixed));
    await revived();
  });

  it('there are no authorities', async () => {
    const { network } = scene;
    network.queueSudo(network.para.chain, 'system', 'setStorage', [
      [toHex(storageKey('Aura', 'Authorities')), NOBODY],
    ]);
    expect(await found()).toMatchObject({
      cause: 'bad-runtime',
      curableByCode: true,
      sentence: expect.stringMatching(/fails when it begins: .*divisor of zero/),
    });
    expect(await tried()).toMatchObject({ stage: 'initialize', known: { cause: 'authorities' } });
    expect(troubles.at(-1)).toContain('divisor of zero');
  });
});
