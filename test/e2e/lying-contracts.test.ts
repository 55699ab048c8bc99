import { afterEach, describe, expect, it } from 'vitest';
import { contractPolicyOf } from '../../devnet/policies.ts';
import { type ContractCast, castContract, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import { freePorts, watcherSettings } from '../../devnet/watchers.ts';
import { openApp } from '../../src/app/app.ts';
import { castVote, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import type { AnswerFilter } from '../../src/sandbox/rpc/server.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { caughtUp } from '../support/ask-until.ts';
import { type ContractScene, openContractScene } from '../support/contract-scene.ts';
import { stateInstead } from '../support/forged-state.ts';

/** An old block is called the newest final one, and its state is served under whichever block is asked for. */
function stuckAt(chain: Chain, number: number, state: State): AnswerFilter {
  const whole = stateInstead(chain, state);
  return (method, params, result) =>
    method === 'chain_getFinalizedHead' ? chain.hashAt(number) : whole(method, params, result);
}

describe.each([0, 1])('a service whose contracts endpoint at place %i of two serves old state', (place) => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  /** A para that opted in by its contract, watched by one service; `lie` is what one of its contracts endpoints does. */
  const open = async () => {
    await signaturesReady();
    const scene: ContractScene = await openContractScene();
    closers.unshift(() => scene.close());
    const { network, folder } = scene;
    const { paraId } = network;
    await network.unlockPara();
    const cast: ContractCast = await castContract(network, scene.chain, { namesManager: true });
    const { chain } = network.contracts;
    const before = { number: chain.best.number, state: chain.stateOf(chain.best) };
    const policy = contractPolicyOf(network, cast);
    await optInByXcm(network, cast, policyHash(policy));

    const liar = await network.openNode(network.contracts);
    const ports = await freePorts(1);
    const { config, env } = await watcherSettings(network, cast, {
      index: 0,
      ports,
      folder,
      operator: false,
    });
    const { url } = network.contracts;
    const endpoints = place === 0 ? [liar.url, url] : [url, liar.url];
    const parsed = configSchema.parse({
      ...config,
      contracts: { endpoints, watcher: { kind: 'uri-env', env: 'WATCHER' } },
    });
    const told: string[] = [];
    const start = () =>
      openApp(parsed, {
        env,
        log: createLogger({ level: 'silent', pretty: false }),
        onEvent: ({ type }) => told.push(type),
      });
    let app = await start();
    closers.unshift(() => app.close());
    const client = () => createServiceClient(app.url);
    /** Until the service has taken the block in, and read the contract at it if it could. */
    const block = async (): Promise<ParaStatus> => {
      network.nextBlock();
      return caughtUp(network, client);
    };
    const until = async (fits: (para: ParaStatus) => boolean): Promise<ParaStatus> => {
      for (let count = 0; count < 80; count += 1) {
        const para = await block();
        if (fits(para)) return para;
      }
      throw new Error(`the para never came to it: ${told.slice(-8).join(', ')}`);
    };
    const restart = async () => {
      await app.close();
      app = await start();
      return block();
    };
    await block();
    await client().adoptPolicy(paraId, policy);
    const lie = () => {
      liar.filter = stuckAt(chain, before.number, before.state);
    };
    return { network, cast, policy, client, block, until, restart, told, lie };
  };

  it('is not opted out by it, keeps the round and its clock, also after a restart, and sees the true opt-out', async () => {
    const { network, cast, policy, client, block, until, restart, told, lie } = await open();
    const { paraId } = network;
    const optedIn = { policy: policyHash(policy) };
    lie();
    for (let count = 0; count < 6; count += 1) expect((await block()).optIn).toMatchObject(optedIn);

    await network.faults.breakRuntime();
    await until(({ state, anchor }) => state === 'optInRescue' && anchor !== null);
    const [holder] = network.holders;
    if (!holder) throw new Error('the network has no holders');
    const code = await network.artifacts.read('para-fixed');
    const signer = signerFromUri(holder.uri);
    const proposal = await proposeCode(client(), paraId, signer, code, 'Goes on with the bad value.');
    const voting = await until(({ state }) => state === 'voting');
    await castVote(client(), proposal, signer, 'aye');
    for (const look of [block, block, block, restart, block, block, block]) {
      const { state, optIn, roundId, clock } = await look();
      expect({ state, optIn, roundId, clock }).toMatchObject({
        state: 'voting',
        optIn: optedIn,
        roundId: voting.roundId,
        clock: voting.clock,
      });
    }
    expect(await client().votes(paraId)).toHaveLength(1);
    expect(told).not.toContain('opted-out');
    expect(told.filter((type) => type === 'opted-in')).toHaveLength(1);

    // What the liar would hide as well: the manager's word that there is to be no rescue any more.
    const optOut = await cast.contract.prepare({ kind: 'opt-out' }, network.manager.account);
    submitBytes(network, network.contracts.chain, optOut, network.manager);
    await until(({ optIn }) => optIn === null);
    await expect.poll(() => told).toContain('opted-out');
  });
});
