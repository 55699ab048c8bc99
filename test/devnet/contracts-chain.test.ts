import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CONTRACTS_ID, type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { RawClient } from '../support/devnet-client.ts';
import { staleHeads } from '../support/lies.ts';

describe('a network with the contracts chain', () => {
  let network: ContractsNetwork;
  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
  });
  afterAll(() => network.close());
  afterEach(() => {
    network.faults.startCollators();
    network.contracts.faults.startCollators();
  });

  const numbers = () => ({
    para: network.para.chain.best.number,
    contracts: network.contracts.chain.best.number,
  });

  it('has both paras on the relay chain, each on a core of its own', () => {
    const types = network.relay.chain.typesOf();
    const queue = network.relay.chain.call('ParachainHost_claim_queue', new Uint8Array());
    const claims = types.registry.createTypeUnsafe('BTreeMap<u32, Vec<u32>>', [queue]).toJSON() as Readonly<
      Record<string, number[]>
    >;
    const cores = Object.values(claims).map((paras) => [...new Set(paras)]);
    expect(cores.sort()).toEqual([[CONTRACTS_ID], [PARA_ID]]);
    expect(network.readRelay('paras', 'paraLifecycles', CONTRACTS_ID)).toBe('Parachain');
    // Of the genesis: nobody registered it.
    expect(network.readRelay('registrar', 'paras', CONTRACTS_ID)).toBeNull();
  });

  it('includes a block of each para in every relay block, and finalizes them together', () => {
    const before = numbers();
    for (let count = 0; count < 6; count++) {
      const { para, contracts } = network.nextBlock();
      expect([para?.number, contracts?.number]).toEqual([
        before.para + count + 1,
        before.contracts + count + 1,
      ]);
    }
    const { para, contracts } = network;
    expect(para.chain.finalized).toBe(para.chain.best);
    expect(contracts.chain.finalized).toBe(contracts.chain.best);
    expect(network.readRelay('paras', 'heads', CONTRACTS_ID)).toBe(
      `0x${Buffer.from(contracts.chain.best.encodedHeader).toString('hex')}`,
    );
  });

  it('goes on with the para when the collators of the contracts chain stand still, and the other way round', () => {
    const before = numbers();
    network.contracts.faults.stopCollators();
    for (let count = 0; count < 3; count++) expect(network.nextBlock().contracts).toBeNull();
    expect(numbers()).toEqual({ ...before, para: before.para + 3 });
    network.contracts.faults.startCollators();
    network.faults.stopCollators();
    for (let count = 0; count < 3; count++) expect(network.nextBlock().para).toBeNull();
    expect(numbers()).toEqual({ para: before.para + 3, contracts: before.contracts + 3 });
    network.faults.startCollators();
    expect(network.nextBlock()).toMatchObject({ para: {}, contracts: {} });
  });

  it('cuts off the nodes of one chain only', async () => {
    const { contracts, para } = network;
    await contracts.faults.stopRpc();
    const refused = new WebSocket(contracts.url);
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    const client = await RawClient.open(para.url);
    expect((await client.ask('chain_getBlockHash')).result).toBe(para.chain.best.hash);
    await client.close();
    await contracts.faults.startRpc();
    const back = await RawClient.open(contracts.url);
    expect((await back.ask('chain_getBlockHash')).result).toBe(contracts.chain.best.hash);
    await back.close();
  });

  it('opens more nodes of a chain: one lies or dies, the others answer', async () => {
    const [liar, mortal] = [await network.openNode(network.relay), await network.openNode(network.relay)];
    const best = async (url: string) => {
      const client = await RawClient.open(url);
      const { result } = await client.ask('chain_getFinalizedHead');
      await client.close();
      return result;
    };
    liar.filter = staleHeads(network.relay.chain);
    const stale = network.relay.chain.finalized.hash;
    network.nextBlock();
    const honest = network.relay.chain.finalized.hash;
    expect([await best(liar.url), await best(mortal.url), await best(network.relay.url)]).toEqual([
      stale,
      honest,
      honest,
    ]);
    await mortal.stop();
    await expect(best(mortal.url)).rejects.toThrow(/ECONNREFUSED/);
    expect(await best(network.relay.url)).toBe(honest);
  });

  it('has channels between the paras, both ways', () => {
    for (const [sender, recipient] of [
      [PARA_ID, CONTRACTS_ID],
      [CONTRACTS_ID, PARA_ID],
    ]) {
      expect(network.readRelay('hrmp', 'hrmpChannels', { sender, recipient })).toMatchObject({
        maxCapacity: 30,
        maxMessageSize: 102_400,
      });
    }
  });

  it('goes on with the contracts chain when the runtime of the para panics', async () => {
    const failed: number[] = [];
    network.on('collation-failed', (_panic, paraId) => failed.push(paraId));
    await network.faults.breakRuntime();
    await network.produceUntil(() => failed.length > 0, 20, 'the panic');
    const before = numbers();
    for (let count = 0; count < 3; count++) network.nextBlock();
    expect(numbers()).toEqual({ para: before.para, contracts: before.contracts + 3 });
    expect(new Set(failed)).toEqual(new Set([PARA_ID]));
  });
});

describe('a network without the contracts chain', () => {
  it('has one para, and no trace of another', async () => {
    const network = await startNetwork();
    expect(network.contracts).toBeUndefined();
    expect(network.nextBlock().contracts).toBeNull();
    expect(network.readRelay('paras', 'paraLifecycles', CONTRACTS_ID)).toBeNull();
    await network.close();
  });
});
