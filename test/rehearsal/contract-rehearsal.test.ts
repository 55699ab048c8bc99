import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractPolicyOf } from '../../devnet/policies.ts';
import { type ContractCast, castContract, optInByXcm } from '../../devnet/rescue-contract.ts';
import { unlockPara } from '../../devnet/unlock.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { commandLine } from '../support/command-line.ts';
import { type ContractScene, openContractScene } from '../support/contract-scene.ts';

/** Seconds in which guardians could forbid a decision. */
const VETO = 60;

describe('a rehearsal of the route through a rescue contract', () => {
  let scene: ContractScene;
  let cast: ContractCast;
  let policy: string;
  let fixed: string;

  beforeAll(async () => {
    scene = await openContractScene();
    const { network, chain, folder } = scene;
    cast = await castContract(network, chain);
    await unlockPara(network);
    const rules = contractPolicyOf(network, cast);
    await optInByXcm(network, cast, policyHash(rules), VETO);
    [policy, fixed] = [join(folder, 'policy.json'), join(folder, 'fixed.wasm')];
    await writeFile(policy, JSON.stringify(rules));
    await writeFile(fixed, await network.artifacts.read('para-fixed'));
    await network.faults.breakRuntime();
    for (let block = 0; block < 20; block++) network.nextBlock();
  }, 120_000);
  afterAll(() => scene.close());

  const rehearsed = (...args: readonly string[]) => {
    const { network } = scene;
    const chains = ['--relay', network.relay.url, '--para', network.para.url];
    const what = ['rehearse', String(network.paraId), '--code', fixed, '--policy', policy];
    return commandLine([...what, ...chains, ...args, '--json']);
  };

  it('has watchers attest, the contract send its message, an operator supply the code, and the para live', async () => {
    const { status, stdout } = await rehearsed('--contracts', scene.network.contracts.url);
    const { verdict, route, steps, warnings, shortcuts } = JSON.parse(stdout) as RehearsalReport;
    expect(verdict).toEqual({ kind: 'lives' });
    expect(status).toBe(0);
    expect(route).toBe('contract');
    expect(steps.map(({ id, outcome }) => [id, outcome])).toEqual(
      ['attest', 'send-approval', 'supply-code', 'await-enactment', 'first-heads'].map((id) => [id, 'done']),
    );
    const [attest, send, supply] = steps;
    const watchers = cast.watchers.map(({ account }) => account);
    const attested = attest?.calls.filter(({ chain, problem }) => chain === 'contracts chain' && !problem);
    const signers = new Set(attested?.map(({ signer }) => signer));
    expect(signers.size).toBe(2);
    for (const signer of signers) expect(watchers).toContain(signer);
    // Both try to send what was decided: the contract takes it from one, once the guardians had their time.
    expect(send?.calls.filter(({ problem }) => problem === null)).toHaveLength(1);
    expect((send?.to ?? 0) - (send?.from ?? 0)).toBeGreaterThanOrEqual(VETO / 6);
    expect(supply?.calls).toMatchObject([
      { method: 'multisig.asMulti', signer: cast.operators[0]?.account, problem: null },
    ]);
    expect(shortcuts.join()).toContain('nobody voted');
    expect(warnings.join()).toContain('the para stays unlocked');
  }, 120_000);

  it('wants nodes of the contracts chain, and says what the contract lacks', async () => {
    // The report is wanted as JSON, and so is why there is none.
    expect(JSON.parse((await rehearsed()).stderr)).toMatchObject({
      error: { code: 'RESCUE_REQUEST_INVALID', message: expect.stringMatching(/ with --contracts/) },
    });
    const { network } = scene;
    const other = { ...contractPolicyOf(network, cast), recovery: { heads: 1, lockAgain: false } };
    await writeFile(policy, JSON.stringify(other));
    const { status, stdout } = await rehearsed('--contracts', network.contracts.url);
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as RehearsalReport).verdict).toMatchObject({
      kind: 'fails',
      step: null,
      words: expect.stringMatching(/contract: .*polic/),
    });
  }, 60_000);
});
