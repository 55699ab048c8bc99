import { afterEach, describe, expect, it } from 'vitest';
import { type Network, PARA_ID } from '../../devnet/network.ts';
import { castVote } from '../../src/client/acts.ts';
import { encodeLittle, storageKey } from '../../src/proof/index.ts';
import { RpcError } from '../../src/sandbox/rpc/rpc-error.ts';
import type { AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';
import { HostileNode } from '../support/hostile-node.ts';
import { honest, renumber } from '../support/turn-hostile.ts';
import { openScene, type Scene } from './scene.ts';

const PANIC =
  'Client error: Execution failed: Execution aborted due to panic: panicked at src/lib.rs:1:2:\nno!';
const FORGED = new Uint8Array(32).fill(0x66);
const CODE_HASH = storageKey('Paras', 'CurrentCodeHash', {
  hasher: 'Twox64Concat',
  key: encodeLittle(PARA_ID, 4),
});

/** A panic of the next block and a spec version that nobody has, in whatever words a node can tell them. */
const inventions: AnswerFilter = (method, params, result) => {
  if (method === 'state_call' && params[0] === 'Core_initialize_block') throw new RpcError(4003, PANIC);
  if (method === 'state_getRuntimeVersion') return { ...(result as object), specVersion: 9_999 };
  return result;
};

describe.each([0, 1])(
  'a service whose endpoint at place %i of two lies, of the relay and of the para',
  (place) => {
    let scene: Scene | null = null;
    const liars: HostileNode[] = [];
    afterEach(async () => {
      await scene?.close();
      for (const liar of liars.splice(0)) await liar.close();
      scene = null;
    });

    const among = (liar: string, url: string) => (place === 0 ? [liar, url] : [url, liar]);
    const open = async () => {
      let relayNode: RpcServer | null = null;
      let paraNode: RpcServer | null = null;
      let relay: HostileNode | null = null;
      const opened = await openScene({
        unlocked: true,
        relay: async (url: string, network: Network) => {
          relayNode = await network.openNode(network.relay);
          relay = await HostileNode.inFrontOf(relayNode.url);
          liars.push(relay);
          return among(relay.url, url);
        },
        para: async (url, network) => {
          paraNode = await network.openNode(network.para);
          paraNode.filter = inventions;
          return among(paraNode.url, url);
        },
      });
      scene = opened;
      if (!relay || !relayNode) throw new Error('the relay endpoints were not asked for');
      return { scene: opened, relay: relay as HostileNode, relayNode: relayNode as RpcServer };
    };
    const stays = async (state: string, blocks: number): Promise<void> => {
      for (let count = 0; count < blocks; count += 1) expect((await scene?.block())?.state).toBe(state);
    };

    it('opens no rescue for a living para, and comes to the end that the holders want for a dead one', async () => {
      const { scene, relay, relayNode } = await open();
      const { network } = scene;
      const { chain } = network.relay;
      await scene.optIn();

      // Numbers that no chain has reached, and what a restart makes of what was saved meanwhile.
      renumber(relay, chain, () => 0xfffffff0);
      await stays('healthy', 3);
      await scene.restart();
      await stays('healthy', 2);
      renumber(relay, chain, (number) => number + 2_100);
      await stays('healthy', 3);
      honest(relay);

      // A state that stands still, with another code than the para has.
      relayNode.filter = stateInstead(chain, withValue(chain.stateOf(chain.finalized), CODE_HASH, FORGED));
      await stays('healthy', 12);
      relayNode.filter = (_method, _params, result) => result;

      // Collators that are down are no panic, whatever a node of the para tells.
      network.faults.stopCollators();
      const stalled = await scene.until(({ diagnosis }) => /was built here/.test(diagnosis?.sentence ?? ''));
      expect(stalled).toMatchObject({ state: 'stalled', diagnosis: { cause: 'collators-down' } });
      await stays('stalled', 5);
      network.faults.startCollators();
      await scene.until(({ state }) => state === 'healthy', 5);

      const broken = await scene.breakPara();
      expect(broken.anchor?.runtime.specVersion).toBeLessThan(9_999);
      const proposal = await scene.propose();
      await scene.until(({ state }) => state === 'voting', 3);
      renumber(relay, chain, (number) => number + 2_100);
      await stays('voting', 3);
      await scene.restart();
      await stays('voting', 2);

      // With the votes counted the code is signed for and sent, while one node tells of blocks of its own and takes nothing.
      const { intercept } = relay;
      relay.intercept = (method, params) =>
        method === 'author_submitExtrinsic' ? null : intercept(method, params);
      for (const { uri } of network.holders) {
        await castVote(scene.client, proposal, signerFromUri(uri), 'aye');
      }
      await scene.until(({ state }) => state === 'upgrading.awaitingFirstHeads');
      await scene.until(
        () => network.readRelay('paras', 'currentCodeHash', network.paraId) === proposal.codeHash,
      );
    });
  },
);
