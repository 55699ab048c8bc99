import { contractPolicyOf } from '../../devnet/policies.ts';
import {
  type CastOptions,
  type ContractCast,
  castContract,
  optInByXcm,
} from '../../devnet/rescue-contract.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { castVote, proposeCode } from '../../src/client/acts.ts';
import { type Policy, policyHash } from '../../src/domain/policy/policy.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { caughtUp, soon } from '../support/ask-until.ts';
import { type ContractScene, openContractScene } from '../support/contract-scene.ts';
import { startWatchers, type Watcher } from '../support/watchers.ts';

export interface WatcherScene extends ContractScene {
  readonly cast: ContractCast;
  readonly policy: Policy;
  readonly watchers: readonly Watcher[];
  /** Stops a watcher and starts it again, with what its database holds. */
  restart(index: number): Promise<void>;
  /** Makes blocks until every running watcher's status fits. */
  until(fits: (para: ParaStatus, watcher: Watcher) => boolean, most?: number): Promise<void>;
  /** Makes blocks until `condition` holds, all watchers having taken each block in. */
  untilTrue(condition: () => boolean | Promise<boolean>, most?: number, what?: string): Promise<void>;
  block(): Promise<void>;
  breakPara(): Promise<void>;
  /** A proposal sent to one watcher, and known to all that run. */
  propose(text?: string): Promise<Proposal>;
  /** Every holder votes aye, each at another of the running watchers. */
  vote(proposal: Proposal): Promise<void>;
  /** Collators take the approved code once it is on its way; until every watcher sees the para live. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

export interface WatcherSceneOptions extends CastOptions {
  readonly vetoSeconds?: number;
  /** True when nobody supplies the code by himself. */
  readonly operatorAway?: boolean;
  /** How many of the three watchers run a service: each costs as much again, and two decide. */
  readonly services?: 2 | 3;
}

/** The embedded network with its contracts chain, a contract opted in by the para, and its watchers. */
export async function openWatcherScene(options: WatcherSceneOptions = {}): Promise<WatcherScene> {
  await signaturesReady();
  const scene = await openContractScene();
  const { network } = scene;
  await network.unlockPara();
  const cast = await castContract(network, scene.chain, options);
  const policy = contractPolicyOf(network, cast);
  await optInByXcm(network, cast, policyHash(policy), options.vetoSeconds);

  const { folder } = scene;
  const { operatorAway, services = 3 } = options;
  const watchers = await startWatchers({ network, cast, folder, operator: !operatorAway, services });
  const running = () => watchers.filter((watcher) => watcher.running());
  const { paraId } = network;

  const block = async (): Promise<void> => {
    network.nextBlock();
    await Promise.all(running().map(({ client }) => caughtUp(network, () => client)));
  };
  const untilTrue: WatcherScene['untilTrue'] = async (condition, most = 120, what = 'the condition') => {
    for (let count = 0; count < most; count += 1) {
      if (await condition()) return;
      await block();
    }
    const states = await Promise.all(
      running().map(async ({ name, client, events }) => {
        const { state, trouble, diagnosis } = await client.para(paraId);
        const told = events.slice(-6).map(({ type, message }) => `${type}: ${message}`);
        return { name, state, trouble, cause: diagnosis?.cause, told };
      }),
    );
    throw new Error(`after ${most} blocks ${what} does not hold: ${JSON.stringify(states, null, 1)}`);
  };
  await block();
  for (const { client } of running()) await client.adoptPolicy(paraId, policy);

  return {
    ...scene,
    cast,
    policy,
    watchers,
    restart: async (index) => {
      const watcher = watchers[index];
      if (!watcher) throw new Error(`there is no watcher ${index}`);
      await watcher.stop();
      watchers[index] = await watcher.restart();
      await block();
    },
    block,
    untilTrue,
    until: (fits, most) =>
      untilTrue(
        async () => {
          for (const watcher of running())
            if (!fits(await watcher.client.para(paraId), watcher)) return false;
          return true;
        },
        most,
        'the status wanted',
      ),
    breakPara: async () => {
      await network.faults.breakRuntime();
      await untilTrue(async () => {
        const all = await Promise.all(running().map(({ client }) => client.para(paraId)));
        return all.every(({ state, anchor }) => state === 'optInRescue' && anchor !== null);
      });
    },
    propose: async (text = 'Goes on with the bad value.') => {
      const [holder] = network.holders;
      if (!holder) throw new Error('the network has no holders');
      const code = await network.artifacts.read('para-fixed');
      const [watcher] = running();
      if (!watcher) throw new Error('no watcher runs');
      const proposal = await proposeCode(watcher.client, paraId, signerFromUri(holder.uri), code, text);
      await untilTrue(
        // Each of them tries the proposal before it admits it; asked for it they are at a block.
        () =>
          soon(async () => {
            const all = await Promise.all(running().map(({ client }) => client.proposals(paraId)));
            return all.every((known) => known.some(({ hash }) => hash === proposal.hash));
          }),
        20,
        'the proposal being known to every watcher',
      );
      return proposal;
    },
    vote: async (proposal) => {
      for (const [index, holder] of network.holders.entries()) {
        const open = running();
        const watcher = open[index % open.length];
        if (watcher) await castVote(watcher.client, proposal, signerFromUri(holder.uri), 'aye');
      }
    },
    recover: async () => {
      await untilTrue(
        async () => {
          const all = await Promise.all(running().map(({ client }) => client.para(paraId)));
          // The relay chain may switch before the last watcher has noticed that the code is scheduled.
          return all.every(({ state }) => state.startsWith('upgrading.awaiting'));
        },
        120,
        'the code being scheduled',
      );
      const [watcher] = running();
      if (!watcher) throw new Error('no watcher runs');
      const { blockNumber, code } = await watcher.client.substitute(paraId);
      network.installSubstitute(blockNumber, fromHex(code));
      await untilTrue(async () => {
        const all = await Promise.all(running().map(({ client }) => client.para(paraId)));
        return all.every(({ state }) => state === 'healthy');
      });
    },
    close: async () => {
      for (const watcher of watchers) await watcher.stop();
      await scene.close();
    },
  };
}
