import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadSigner, type Signer } from '../../src/chain/extrinsics/signer.ts';
import { submitCall } from '../../src/cli/contract/call.ts';
import { type ContractsChain, openContractsChain, openRescueContract } from '../../src/contract/index.ts';
import type { Hex } from '../../src/domain/units.ts';
import { HostileNode } from '../support/hostile-node.ts';
import { type Bench, World } from './world.ts';

describe('a connection to the contracts chain', () => {
  let world: World;
  let bench: Bench;
  let hostile: HostileNode;
  const opened: ContractsChain[] = [];
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('evm');
    hostile = await HostileNode.inFrontOf(world.network.contracts.url);
  });
  afterEach(async () => {
    hostile.tamper = (_method, message) => message;
    for (const chain of opened.splice(0)) await chain.close();
  });
  afterAll(async () => {
    await hostile.close();
    await world.close();
  });

  const open = async (options: Partial<Parameters<typeof openContractsChain>[0]> = {}) => {
    const chain = await openContractsChain({ urls: [world.network.contracts.url], ...options });
    opened.push(chain);
    return chain;
  };
  const stateOf = (chain: ContractsChain) => openRescueContract(chain, bench.address).state();

  it('names chain and genesis', async () => {
    const chain = await open();
    expect(chain.paraId).toBe(1000);
    expect(chain.genesis).toBe(world.network.contracts.chain.genesisHash);
  });

  it('is refused to another chain, to one without contracts, and to nobody', async () => {
    const genesis: Hex = `0x${'00'.repeat(32)}`;
    await expect(open({ genesis })).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
    await expect(open({ urls: [world.network.relay.url] })).rejects.toMatchObject({
      code: 'RESCUE_CHAIN_REFUSES',
    });
    await expect(open({ urls: ['ws://127.0.0.1:1'] })).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });
    await expect(open({ urls: [] })).rejects.toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
  });

  it('outlives a node that sends what is no JSON: the next one answers', async () => {
    const troubles: string[] = [];
    const chain = await open({
      urls: [hostile.url, world.network.contracts.url],
      onTrouble: ({ code }) => troubles.push(code),
    });
    world.network.nextBlock();
    hostile.tamper = (method, message) => (method === 'state_getReadProof' ? '{"jsonrpc":' : message);
    expect(await stateOf(chain)).toMatchObject({ para: 2000 });
    expect(troubles).toContain('RESCUE_NODE_MALFORMED');
  });

  it('moves its subscriptions to another node when theirs is gone', async () => {
    const mortal = await HostileNode.inFrontOf(world.network.contracts.url);
    const chain = await open({ urls: [mortal.url, world.network.contracts.url] });
    const seen: number[] = [];
    const end = await chain.api.rpc.chain.subscribeFinalizedHeads(({ number }) => {
      seen.push(number.toNumber());
    });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
    expect(mortal.requests).toContain('chain_subscribeFinalizedHeads');
    await mortal.close();
    const last = seen.at(-1) ?? 0;
    await vi.waitFor(() => {
      world.network.nextBlock();
      expect(seen.at(-1)).toBeGreaterThan(last);
    });
    end();
  });

  describe('that submits', () => {
    let manager: Signer;
    beforeAll(async () => {
      manager = await loadSigner({ kind: 'uri', uri: world.manager.uri }, {});
    });

    /** Blocks come while `work` waits for them. */
    const whileBlocksCome = async <T>(work: Promise<T>): Promise<T> => {
      const timer = setInterval(() => world.network.nextBlock(), 20);
      try {
        return await work;
      } finally {
        clearInterval(timer);
      }
    };

    const submit = async (call: Hex) => {
      let told = '';
      const io = {
        finish: () => undefined,
        progress: () => undefined,
        stdout: () => undefined,
        styled: () => undefined,
        stderr: (text: string) => {
          told += text;
        },
        env: {},
        signal: new AbortController().signal,
      };
      const session = { chain: world.chain, signer: manager };
      const receipt = await whileBlocksCome(submitCall(session, bench.contract.address, call, io));
      return { ...receipt, told };
    };

    it('waits for the finalized block, and tells what the contract said', async () => {
      const call = await bench.contract.prepare(bench.optIn(), world.manager.account);
      const receipt = await submit(call);
      expect(receipt.told).toContain(`submitting ${receipt.extrinsic} as ${manager.account}`);
      expect(world.network.contracts.chain.block(receipt.block.hash)?.number).toBe(receipt.block.number);
      expect(receipt.events).toMatchObject([{ name: 'OptedIn' }]);
    });

    it('tells that a call failed on chain, which worked when it was prepared', async () => {
      const call = await bench.contract.prepare({ kind: 'opt-out' }, world.manager.account);
      await bench.act({ kind: 'opt-out' }, world.manager);
      await expect(submit(call)).rejects.toMatchObject({
        code: 'RESCUE_CALL_FAILED',
        message: expect.stringContaining('revive.ContractReverted'),
      });
    });
  });
});
