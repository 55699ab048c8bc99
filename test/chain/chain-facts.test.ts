import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { Endpoints, hashSchema } from '../../src/chain/nodes/endpoints.ts';
import { readToken } from '../../src/chain/nodes/token.ts';
import { prepareSend } from '../../src/chain/para/xcm-send.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { HostileNode } from '../support/hostile-node.ts';

describe('what commands ask a chain for', () => {
  let network: Network;
  let node: HostileNode;
  let endpoints: Endpoints;

  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());
  beforeEach(async () => {
    node = await HostileNode.inFrontOf(network.relay.url);
    endpoints = new Endpoints({ urls: [node.url] });
  });
  afterEach(async () => {
    await endpoints.close();
    await node.close();
  });
  const answering = (asked: string, result: unknown) => {
    node.tamper = (method, message) => (method === asked ? { ...message, result } : message);
  };

  it('is whether a block is final: the one at its number, and no later than the newest known one', async () => {
    const { hash, number } = network.relay.chain.finalized;
    const { isFinalized } = createRelayReader({ endpoints });
    expect(await isFinalized({ hash, number })).toBe(true);
    expect(await isFinalized({ hash, number: number - 1 })).toBe(false);
    const parent = await endpoints.use((to) => to.ask(hashSchema, 'chain_getBlockHash', number - 1));
    answering('chain_getBlockHash', null);
    expect(await isFinalized({ hash, number })).toBe(false);
    answering('chain_getFinalizedHead', parent);
    expect(await createRelayReader({ endpoints }).isFinalized({ hash, number })).toBe(false);
  });

  it('is its token, which is planck when its node tells none', async () => {
    expect(await readToken(endpoints)).toEqual({ symbol: 'UNIT', decimals: 10 });
    answering('system_properties', { tokenSymbol: ['DOT', 'USDT'], tokenDecimals: [10, 6] });
    expect(await readToken(endpoints)).toEqual({ symbol: 'DOT', decimals: 10 });
    answering('system_properties', { tokenSymbol: null });
    expect(await readToken(endpoints)).toEqual({ symbol: 'planck', decimals: 0 });
    answering('system_properties', { tokenSymbol: 7 });
    await expect(readToken(endpoints)).rejects.toMatchObject({ code: 'RESCUE_NODE_MALFORMED' });
  });

  it('is the call with which a para sends a message', async () => {
    const para = new Endpoints({ urls: [network.para.url] });
    try {
      const here = { parents: 1, interior: 'Here' };
      const { decoded } = await prepareSend(para, here, [{ ClearOrigin: null }]);
      expect(decoded.method).toBe('polkadotXcm.send');
    } finally {
      await para.close();
    }
  });
});
