import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { Endpoints, hashSchema, hexSchema } from '../../src/chain/nodes/endpoints.ts';
import { RpcRefusal } from '../../src/chain/nodes/rpc-connection.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { HostileNode } from '../support/hostile-node.ts';

describe('endpoints of one chain', () => {
  let network: Network;
  let node: HostileNode;
  let troubles: RescueError[];
  let open: Endpoints[];

  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());
  beforeEach(async () => {
    node = await HostileNode.inFrontOf(network.relay.url);
    troubles = [];
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((endpoints) => endpoints.close()));
    await node.close();
  });

  const connect = (
    urls: readonly string[],
    options: { requestTimeoutMs?: number; genesis?: `0x${string}`; proven?: boolean; paraId?: number } = {},
  ) => {
    const endpoints = new Endpoints({ urls, onTrouble: (trouble) => troubles.push(trouble), ...options });
    open.push(endpoints);
    return endpoints;
  };
  const finalizedHead = (endpoints: Endpoints) =>
    endpoints.use((connection) => connection.ask(hashSchema, 'chain_getFinalizedHead'));
  const truth = () => network.relay.chain.finalized.hash;

  it('refuses an empty list and URLs that are no WebSocket', () => {
    expect(() => new Endpoints({ urls: [] })).toThrow(
      expect.objectContaining({ code: 'RESCUE_CONFIG_INVALID' }),
    );
    expect(() => new Endpoints({ urls: ['http://127.0.0.1:1'] })).toThrow(/must start with ws/);
  });

  it('never shows the path of an endpoint, which can hold an access key', async () => {
    const endpoints = connect(['ws://127.0.0.1:1/secret-key?token=abc']);
    const failure = await finalizedHead(endpoints).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    expect(String(failure)).not.toMatch(/secret-key|abc/);
  });

  it('goes on with the next endpoint when the first one does not listen', async () => {
    const endpoints = connect(['ws://127.0.0.1:1', node.url]);
    expect(await finalizedHead(endpoints)).toBe(truth());
    expect(troubles).toEqual([expect.objectContaining({ code: 'RESCUE_NODE_UNREACHABLE' })]);
  });

  it('opens a new connection after the node hung up', async () => {
    const endpoints = connect([node.url]);
    await finalizedHead(endpoints);
    node.hangUp();
    // The first request may still meet the dying connection.
    await finalizedHead(endpoints).catch(() => undefined);
    expect(await finalizedHead(endpoints)).toBe(truth());
  });

  it('fails every open request, with a code, when the node hangs up before it answers', async () => {
    node.tamper = (method, message) => {
      if (method !== 'chain_getFinalizedHead') return message;
      node.hangUp();
      return null;
    };
    const endpoints = connect([node.url]);
    const answers = await Promise.allSettled([finalizedHead(endpoints), finalizedHead(endpoints)]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'RESCUE_NODE_UNREACHABLE' } });
    }
  });

  it('gives up on a node that does not answer in time and asks the next one', async () => {
    node.tamper = (method, message) => (method === 'chain_getFinalizedHead' ? null : message);
    const endpoints = connect([node.url, network.relay.url], { requestTimeoutMs: 200 });
    expect(await finalizedHead(endpoints)).toBe(truth());
    expect(troubles[0]?.message).toMatch(/did not answer chain_getFinalizedHead within 200 ms/);
  });

  it('gives up on a port that accepts connections and never speaks', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const endpoints = new Endpoints({ urls: [`ws://127.0.0.1:${address.port}`], connectTimeoutMs: 200 });
    open.push(endpoints);
    await expect(finalizedHead(endpoints)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    mute.close();
  });

  it.each([
    ['a frame that is no JSON', () => '{"jsonrpc":"2.0","id":'],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['an error without a code', (id: number) => JSON.stringify({ jsonrpc: '2.0', id, error: 'no' })],
    ['an answer without result', (id: number) => JSON.stringify({ jsonrpc: '2.0', id })],
    ['a result of another kind', (id: number) => JSON.stringify({ jsonrpc: '2.0', id, result: 42 })],
    ['a hash that is too short', (id: number) => JSON.stringify({ jsonrpc: '2.0', id, result: '0x00' })],
  ])('survives %s and says that it is malformed', async (_what, frame) => {
    node.tamper = (method, message) =>
      method === 'chain_getFinalizedHead' ? frame(message.id ?? 0) : message;
    await expect(finalizedHead(connect([node.url]))).rejects.toMatchObject({ code: 'RESCUE_NODE_MALFORMED' });
    expect(await finalizedHead(connect([node.url, network.relay.url]))).toBe(truth());
  });

  it('tells a refusal from a failure, keeps the connection, and asks the other endpoints', async () => {
    const endpoints = connect([node.url, network.relay.url]);
    const refused = endpoints.use((connection) => connection.ask(hexSchema, 'no_suchMethod'));
    const failure = (await refused.catch((error: Error) => error)) as RescueError;
    expect(failure.code).toBe('RESCUE_NODE_UNREACHABLE');
    expect(failure.cause).toBeInstanceOf(RpcRefusal);
    expect(failure.cause).toMatchObject({ code: -32601, method: 'no_suchMethod' });
    expect(node.connections).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('lets no control characters of a node through to a terminal', async () => {
    node.tamper = (method, message) =>
      method === 'chain_getFinalizedHead'
        ? { ...message, result: undefined, error: { code: 1, message: 'bad\u001b[2Jnews' } }
        : message;
    await expect(finalizedHead(connect([node.url]))).rejects.toThrow(/bad \[2Jnews/);
  });

  it('refuses a list of endpoints that are nodes of different chains', async () => {
    await expect(finalizedHead(connect([node.url, network.para.url]))).rejects.toMatchObject({
      code: 'RESCUE_NODE_CONTRADICTS',
      message: expect.stringMatching(/different chains/),
    });
  });

  it('passes over a node of another chain when the genesis is known', async () => {
    const genesis = network.relay.chain.genesisHash;
    const endpoints = connect([network.para.url, node.url], { genesis });
    expect(await finalizedHead(endpoints)).toBe(truth());
    expect(troubles).toEqual([expect.objectContaining({ code: 'RESCUE_NODE_CONTRADICTS' })]);
  });

  it('passes over a node of another para, and asks no other chain for its id', async () => {
    const endpoints = connect([network.para.url, node.url], { paraId: PARA_ID + 1 });
    expect(await finalizedHead(endpoints)).toBe(truth());
    expect(troubles).toEqual([
      expect.objectContaining({
        code: 'RESCUE_NODE_CONTRADICTS',
        message: expect.stringMatching(`by its state it is para ${PARA_ID}, not ${PARA_ID + 1}`),
      }),
    ]);
    expect(await finalizedHead(connect([network.para.url], { paraId: PARA_ID }))).not.toBe(truth());
  });

  it('takes the first block that more than half of the endpoints name, whoever is asked first', async () => {
    const honest = await HostileNode.inFrontOf(network.relay.url);
    try {
      const endpoints = connect([network.para.url, node.url, honest.url]);
      expect(await finalizedHead(endpoints)).toBe(truth());
      expect(await endpoints.genesis()).toBe(network.relay.chain.genesisHash);
      expect(troubles).toEqual([expect.objectContaining({ code: 'RESCUE_NODE_CONTRADICTS' })]);
    } finally {
      await honest.close();
    }
  });

  it('takes the first block that an earlier run knew, also where one of two names another one', async () => {
    const genesis = network.relay.chain.genesisHash;
    for (const urls of [
      [network.para.url, node.url],
      [node.url, network.para.url],
    ]) {
      const endpoints = connect(urls);
      expect(await endpoints.genesis(genesis)).toBe(genesis);
      expect(await finalizedHead(endpoints)).toBe(truth());
    }
  });

  it('need not agree on a first block where everything that is read is proven', async () => {
    const liar = await HostileNode.inFrontOf(network.relay.url);
    liar.tamper = (method, message) =>
      method === 'chain_getBlockHash' ? { ...message, result: `0x${'66'.repeat(32)}` } : message;
    try {
      for (const urls of [
        [liar.url, node.url],
        [node.url, liar.url],
      ]) {
        const endpoints = connect(urls, { proven: true });
        expect(await finalizedHead(endpoints)).toBe(truth());
        endpoints.expectGenesis(network.relay.chain.genesisHash);
        expect(await endpoints.genesis()).toBe(network.relay.chain.genesisHash);
        expect(() => endpoints.expectGenesis(`0x${'66'.repeat(32)}`)).toThrow(/names/);
      }
    } finally {
      await liar.close();
    }
  });

  it('notices when an endpoint that was down at first turns out to be of another chain', async () => {
    const impostor = await HostileNode.inFrontOf(network.para.url);
    const { url } = impostor;
    await impostor.close();
    const endpoints = connect([node.url, url]);
    await finalizedHead(endpoints);
    const again = await HostileNode.inFrontOf(network.para.url, Number(new URL(url).port));
    const answers = await endpoints.survey((connection) =>
      connection.ask(hashSchema, 'chain_getFinalizedHead'),
    );
    expect(answers).toEqual([
      expect.objectContaining({ value: truth() }),
      expect.objectContaining({ error: expect.objectContaining({ code: 'RESCUE_NODE_CONTRADICTS' }) }),
    ]);
    await again.close();
  });

  it('closes every connection, so that nothing keeps the process alive', async () => {
    const endpoints = connect([node.url]);
    await finalizedHead(endpoints);
    expect(node.connections).toBe(1);
    await endpoints.close();
    await expect(finalizedHead(endpoints)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await expect.poll(() => node.connections).toBe(0);
  });
});
