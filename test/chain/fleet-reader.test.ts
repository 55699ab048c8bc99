import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { createFleetReader } from '../../src/chain/fleet/fleet-reader.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { storageKey } from '../../src/proof/index.ts';
import type { ChainAccess } from '../../src/sandbox/chain-access.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';

const keyOf = (item: string, id: number): Hex =>
  toHex(storageKey('Paras', item, { hasher: 'Twox64Concat', key: encodeU32(id) }));

/** Reads all paras of a chain at its newest final block, by these nodes of it. */
function openReader({ chain, url }: Pick<ChainAccess, 'chain' | 'url'>, ...urls: readonly string[]) {
  const endpoints = new Endpoints({ urls: urls.length > 0 ? urls : [url] });
  onTestFinished(() => endpoints.close());
  const reader = createFleetReader({ endpoints, proven: new ProvenChain() });
  return {
    endpoints,
    read: (cores = false) => {
      const { hash, number, header } = chain.finalized;
      return reader.read({ hash, number, stateRoot: toHex(header.stateRoot) }, { cores });
    },
  };
}

describe('all paras, read from the relay chain', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());

  /** Puts entries into the relay chain's state, or takes them out of it. */
  const write = (items: (readonly [Hex, Hex | null])[]) => {
    const { chain } = network.relay;
    const set = items.filter(([, value]) => value !== null);
    const kill = items.flatMap(([key, value]) => (value === null ? [key] : []));
    if (set.length > 0) network.queueSudo(chain, 'system', 'setStorage', set);
    else network.queueSudo(chain, 'system', 'killStorage', kill);
    network.nextBlock();
  };
  const some = Array.from({ length: 300 }, (_, index) => 5_000 + 7 * index);

  it('are all there, also hundreds that nobody had heard of before, and gone when they go', async () => {
    const asked: string[][] = [];
    network.relay.rpc.filter = (method, params, result) => {
      if (method === 'state_getReadProof') asked.push(params[0] as string[]);
      return result;
    };
    onTestFinished(() => {
      network.relay.rpc.filter = (_method, _params, result) => result;
    });
    const { read } = openReader(network.relay);
    expect((await read()).paras).toMatchObject([{ paraId: PARA_ID, hasCore: true }]);
    write(some.map((id) => [keyOf('ParaLifecycles', id), '0x01']));
    write(some.slice(0, 150).map((id) => [keyOf('MostRecentContext', id), toHex(encodeU32(id))]));
    const { paras } = await read();
    expect(paras.map(({ paraId }) => paraId)).toEqual([PARA_ID, ...some]);
    expect(paras[1]).toEqual({
      paraId: some[0],
      lifecycle: 'Parathread',
      mostRecentContext: some[0],
      hasCore: false,
    });
    expect(paras.at(-1)).toMatchObject({ mostRecentContext: null });
    // From now on a block takes one question for all of them, of a part of their keys.
    network.nextBlock();
    await read();
    asked.length = 0;
    network.nextBlock();
    expect((await read()).paras).toHaveLength(some.length + 1);
    const ofAll = asked.filter((keys) => keys.length > 10);
    expect(ofAll).toHaveLength(1);
    expect(ofAll[0]?.length).toBeLessThan(some.length / 2);
    write(
      some.flatMap((id) => [
        [keyOf('ParaLifecycles', id), null] as const,
        [keyOf('MostRecentContext', id), null] as const,
      ]),
    );
    expect((await read()).paras).toMatchObject([{ paraId: PARA_ID }]);
  });

  it('say the same as when each is observed', async () => {
    write([
      [keyOf('ParaLifecycles', 7_001), '0x02'],
      [keyOf('ParaLifecycles', 7_002), '0x00'],
      [keyOf('MostRecentContext', 7_001), toHex(encodeU32(2))],
    ]);
    const { endpoints, read } = openReader(network.relay);
    const { paras } = await read(true);
    const observed = await createRelayReader({ endpoints }).observe(paras.map(({ paraId }) => paraId));
    expect(paras).toEqual(
      observed.paras.map(({ paraId, lifecycle, mostRecentContext, hasCore }) => ({
        paraId,
        lifecycle,
        mostRecentContext,
        hasCore,
      })),
    );
    write([
      [keyOf('ParaLifecycles', 7_001), null],
      [keyOf('ParaLifecycles', 7_002), null],
      [keyOf('MostRecentContext', 7_001), null],
    ]);
  });

  it('are never fewer because a node keeps some back or makes some up: another one is asked', async () => {
    const liar = await network.openNode(network.relay);
    onTestFinished(() => liar.stop());
    write(some.slice(0, 60).map((id) => [keyOf('ParaLifecycles', id), '0x01']));
    for (const damage of [
      (proof: string[]) => proof.slice(0, -1),
      (proof: string[]) => proof.filter((_, index) => index % 3 !== 0),
      (proof: string[]) => proof.map((node, index) => (index === 4 ? `${node.slice(0, -2)}ff` : node)),
      () => [],
      // More than a call has room for arguments.
      () => Array.from({ length: 200_000 }, () => '0x00'),
    ]) {
      liar.filter = (method, _params, result) =>
        method === 'state_getReadProof'
          ? { ...(result as object), proof: damage((result as { proof: string[] }).proof) }
          : result;
      const alone = openReader(network.relay, liar.url);
      await expect(alone.read()).rejects.toMatchObject({ code: expect.stringMatching(/^RESCUE_NODE_/) });
      const both = openReader(network.relay, liar.url, network.relay.url);
      expect((await both.read()).paras).toHaveLength(61);
    }
  });
});

describe.skipIf(!HAS_SPECS)("all paras of other people's relay chains", () => {
  it.each(['westend-local', 'kusama-local', 'paseo'])('are read on %s as they are observed', async (name) => {
    const network = await startSpecNetwork({ specs: [name, 'penpal-local'].map(specFile) });
    onTestFinished(() => network.close());
    network.nextBlock();
    const { endpoints, read } = openReader(network.relay);
    const { paras } = await read();
    const observed = await createRelayReader({ endpoints }).observe(paras.map(({ paraId }) => paraId));
    expect(paras).toEqual(
      observed.paras.map(({ paraId, lifecycle, mostRecentContext, hasCore }) => ({
        paraId,
        lifecycle,
        mostRecentContext,
        hasCore,
      })),
    );
  });
});
