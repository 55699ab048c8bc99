import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { type ContractsChain, openContractsChain, openRescueContract } from '../../src/contract/index.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { encodeLittle, storageKey } from '../../src/proof/index.ts';
import type { AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';
import { type Bench, POLICY, World } from './world.ts';

describe('a node of the contracts chain that lies', () => {
  let world: World;
  let bench: Bench;
  let liar: RpcServer;
  /** Before the opt-in. */
  let old: State;
  const closers: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('evm');
    const { chain } = world.network.contracts;
    old = chain.stateOf(chain.best);
    await bench.act(bench.optIn(), world.manager);
    for (let count = 0; count < 3; count += 1) world.network.nextBlock();
    liar = await world.network.openNode(world.network.contracts);
  });
  afterEach(async () => {
    liar.filter = (_method, _params, result) => result;
    for (const close of closers.splice(0).toReversed()) await close();
  });
  afterAll(() => world.close());

  const troubles: RescueError[] = [];
  /** The contracts chain by these nodes, at the head that the relay includes. */
  const open = async (urls: readonly string[]): Promise<ContractsChain> => {
    troubles.length = 0;
    const endpoints = new Endpoints({ urls: [world.network.relay.url] });
    closers.push(() => endpoints.close());
    const relay = createRelayReader({ endpoints });
    const chain = await openContractsChain({
      urls,
      paraId: 1000,
      included: async () => {
        const head = await relay.includedHead(1000);
        if (!head) throw new Error('the relay includes no head');
        return head;
      },
      requestTimeoutMs: 5_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    closers.push(() => chain.close());
    return chain;
  };
  const stateBy = async (urls: readonly string[]) =>
    openRescueContract(await open(urls), bench.address).state();
  const genesisKey = storageKey('System', 'BlockHash', { hasher: 'Twox64Concat', key: encodeLittle(0, 4) });
  const current = () => world.network.contracts.chain.stateOf(world.network.contracts.chain.best);
  const lying = (state: State): AnswerFilter => stateInstead(world.network.contracts.chain, state);
  const callsOnly = (state: State): AnswerFilter => {
    const whole = lying(state);
    return (method, params, result) => (method === 'state_call' ? whole(method, params, result) : result);
  };

  it.each<readonly [string, () => AnswerFilter, boolean]>([
    ['serves the state before the opt-in under the newest block', () => lying(old), false],
    ['answers calls from the state before the opt-in', () => callsOnly(old), true],
    [
      'calls an old block the newest final one',
      () => {
        const { chain } = world.network.contracts;
        const before = chain.hashAt(2);
        return (method, _params, result) => (method === 'chain_getFinalizedHead' ? before : result);
      },
      true,
    ],
    [
      'gives metadata and a version of its own',
      () => (method, params, result) => {
        if (method === 'state_getRuntimeVersion') return { ...(result as object), specVersion: 9_999 };
        if (method === 'state_getMetadata') return '0x00';
        return method === 'state_call' && String(params[0]).startsWith('Metadata') ? '0x00' : result;
      },
      true,
    ],
    ['has a key of the chain forged', () => lying(withValue(current(), genesisKey, null)), false],
  ])('cannot make a contract say something else when it %s', async (_what, lie, harmless) => {
    const honest = world.network.contracts.url;
    const truth = await stateBy([honest]);
    expect(truth.policyHash).toBe(POLICY);
    liar.filter = lie();
    if (harmless) expect(await stateBy([liar.url])).toEqual(truth);
    else await expect(stateBy([liar.url])).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
    expect(await stateBy([liar.url, honest])).toEqual(truth);
    expect(troubles.map(({ code }) => code)).toEqual(harmless ? [] : ['RESCUE_NODE_CONTRADICTS']);
    expect(await stateBy([honest, liar.url])).toEqual(truth);
  });

  it('cannot pass for another chain by calling another block the genesis', async () => {
    liar.filter = (method, params, result) =>
      method === 'chain_getBlockHash' && params[0] === 0 ? world.network.relay.chain.genesisHash : result;
    await expect(open([liar.url])).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
  });

  it('cannot take back what a newer block has shown, with an older one that is proven as well', async () => {
    const heads = [world.network.contracts.chain.best, world.network.contracts.chain.blockAt(2)];
    let shown = heads[0];
    const chain = await openContractsChain({
      urls: [world.network.contracts.url],
      included: async () => {
        if (!shown) throw new Error('no block');
        return {
          number: shown.number,
          hash: shown.hash,
          stateRoot: toHex(shown.header.stateRoot),
        };
      },
    });
    closers.push(() => chain.close());
    const contract = openRescueContract(chain, bench.address);
    const before = await contract.state();
    shown = heads[1];
    expect(await contract.state()).toEqual(before);
  });

  it('is refused when the relay includes it under another para id', async () => {
    const chain = openContractsChain({ urls: [world.network.contracts.url], paraId: 1001 });
    await expect(chain).rejects.toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
  });
});
