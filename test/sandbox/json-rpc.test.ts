import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEV_NAMES, devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { verifyReadProof } from '../../src/proof/index.ts';
import { RawClient, type Reply } from '../support/devnet-client.ts';
import { staleHeads, truncatedProofs, wrongStorageValues } from '../support/lies.ts';
import { decodeProof } from '../support/smoldot.ts';

describe('JSON-RPC of the embedded network', () => {
  let network: Network;
  let client: RawClient;
  beforeAll(async () => {
    network = await startNetwork({ stateHistory: 16 });
    client = await RawClient.open(network.relay.url);
  });
  afterAll(async () => {
    await client.close();
    await network.close();
  });
  afterEach(() => network.faults.corruptParaRpc(null));

  describe('framing', () => {
    it('answers text that is no JSON with a parse error and goes on', async () => {
      client.send('{"jsonrpc":');
      expect(await client.next()).toEqual({
        jsonrpc: '2.0',
        id: null,
        error: { code: -32_700, message: 'Parse error' },
      });
      expect((await client.ask('system_chain')).result).toBe('Pararescue Relay Devnet');
    });

    it.each(['[]', '1', 'null', '{"id":5}', '{"jsonrpc":"1.0","id":5,"method":"system_chain"}'])(
      'answers %s, which is no request, with an invalid request',
      async (text) => {
        client.send(text);
        expect((await client.next()).error?.code).toBe(-32_600);
      },
    );

    it('answers unknown methods, even those that objects inherit', async () => {
      for (const method of ['state_nothing', 'toString', '__proto__', 'constructor']) {
        expect((await client.ask(method)).error).toEqual({ code: -32_601, message: 'Method not found' });
      }
    });

    it.each<[string, unknown[]]>([
      ['state_getStorage', ['nothex']],
      ['state_getStorage', []],
      ['state_getKeysPaged', ['0x', -1]],
      ['state_getKeysPaged', ['0x', 1.5]],
      ['state_getReadProof', ['0x00']],
      ['chain_getBlockHash', [{ number: 1 }]],
      ['chain_getHeader', ['0x123']],
      ['system_accountNextIndex', ['not an address']],
    ])('answers wrong parameters of %s %j with invalid params', async (method, params) => {
      expect((await client.ask(method, ...params)).error?.code).toBe(-32_602);
    });

    it('answers a batch as a whole, without its notifications', async () => {
      const call = (id: number | undefined, method: string) => ({ jsonrpc: '2.0', id, method, params: [] });
      client.send(
        JSON.stringify([call(1, 'system_chain'), call(undefined, 'system_chain'), call(2, 'no_such'), 7]),
      );
      const replies = (await client.next()) as unknown as Reply[];
      expect(replies.map(({ id, result, error }) => [id, result ?? error?.code])).toEqual([
        [1, 'Pararescue Relay Devnet'],
        [2, -32_601],
        [null, -32_600],
      ]);
    });

    it('answers HTTP POST on the same port', async () => {
      const url = network.relay.url.replace('ws:', 'http:');
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'system_properties' }),
      });
      expect(await response.json()).toEqual({
        jsonrpc: '2.0',
        id: 'a',
        result: { ss58Format: 42, tokenDecimals: 10, tokenSymbol: 'UNIT' },
      });
      expect((await fetch(url)).status).toBe(405);
    });

    it('lets web pages ask over HTTP, which has no subscriptions, and says that it is well', async () => {
      const url = network.relay.url.replace('ws:', 'http:');
      const headers = { origin: 'https://example.org', 'content-type': 'application/json' };
      const before = await fetch(url, { method: 'OPTIONS', headers });
      expect(before.status).toBe(204);
      expect(before.headers.get('access-control-allow-headers')).toBe('content-type');
      const ask = (method: string) =>
        fetch(url, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method }) });
      expect((await ask('system_chain')).headers.get('access-control-allow-origin')).toBe('*');
      expect(await (await ask('chain_subscribeNewHeads')).json()).toMatchObject({ error: { code: -32_601 } });
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ isSyncing: false });
    });

    it('gives methods under the older names that clients use', async () => {
      const { chain } = network.relay;
      const { methods } = (await client.ask('rpc_methods')).result as { methods: string[] };
      const key = '0x3a636f6465';
      for (const [alias, name, ...params] of [
        ['chain_getHead', 'chain_getBlockHash'],
        ['chain_getFinalisedHead', 'chain_getFinalizedHead'],
        ['chain_getRuntimeVersion', 'state_getRuntimeVersion'],
        ['state_getStorageHashAt', 'state_getStorageHash', key, chain.best.hash],
        ['state_getKeysPagedAt', 'state_getKeysPaged', '0x', 3],
        ['account_nextIndex', 'system_accountNextIndex', network.manager.address],
      ] as const) {
        expect(methods).toEqual(expect.arrayContaining([alias, name]));
        const answer = await client.ask(alias, ...params);
        expect(answer.error, alias).toBeUndefined();
        expect(answer.result, alias).toEqual((await client.ask(name, ...params)).result);
      }
      const own = await RawClient.open(network.relay.url);
      const { result: id } = await own.ask('subscribe_newHead');
      expect(await own.next()).toMatchObject({ method: 'chain_newHead', params: { subscription: id } });
      expect((await own.ask('unsubscribe_newHead', id)).result).toBe(true);
      await own.close();
    });

    it('refuses more subscriptions than a node', async () => {
      const own = await RawClient.open(network.relay.url);
      const calls = Array.from({ length: 1025 }, (_, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'grandpa_subscribeJustifications',
        params: [],
      }));
      own.send(JSON.stringify(calls));
      const replies = (await own.next()) as unknown as Reply[];
      expect(replies.flatMap(({ error }) => error?.code ?? [])).toEqual([-32_006]);
      await own.close();
    });

    it('answers rubbish of every kind to every method, with an error that was thought of', async () => {
      const { best } = network.relay.chain;
      const { methods } = (await client.ask('rpc_methods')).result as { methods: string[] };
      const one = [
        null,
        true,
        -1,
        2 ** 60,
        '',
        '0x',
        '0xz',
        'é',
        `0x${'ff'.repeat(40)}`,
        {},
        [],
        [[]],
        [{}],
        [null],
      ];
      const lists = [
        ...one.flatMap((value) => [[value], [value, value, value, value], [best.hash, value, value]]),
        ['Core_version', ...one],
        [best.hash, [{ key: 1, type: 'value' }], '0x00'],
        [best.hash, [{ key: '0x', type: 'value', paginationStartKey: '0x' }]],
      ];
      const url = network.relay.url.replace('ws:', 'http:');
      const unthought = [];
      for (const method of methods) {
        const calls = lists.map((params, id) => ({ jsonrpc: '2.0', id, method, params }));
        const response = await fetch(url, { method: 'POST', body: JSON.stringify(calls) });
        for (const { id, error } of (await response.json()) as Reply[])
          if (error?.code === -32_603) unthought.push([method, lists[Number(id)], error.message]);
      }
      expect(unthought).toEqual([]);
      expect((await client.ask('system_chain')).result).toBe('Pararescue Relay Devnet');
    });

    it('lists exactly the methods that it has', async () => {
      const { methods } = (await client.ask('rpc_methods')).result as { methods: string[] };
      expect(methods).toContain('state_getReadProof');
      for (const method of methods.filter((name) => !/subscribe|watch|follow|unstable|_v1_/i.test(name))) {
        expect((await client.ask(method)).error?.code, method).not.toBe(-32_601);
      }
    });
  });

  describe('blocks and state', () => {
    it('says which blocks it does not know and which states are gone, as nodes do', async () => {
      const unknown = `0x${'12'.repeat(32)}`;
      while (network.relay.chain.finalized.number < 20) network.nextBlock();
      const old = network.relay.chain.hashAt(1);
      expect((await client.ask('chain_getHeader', unknown)).result).toBeNull();
      expect((await client.ask('chain_getBlock', unknown)).result).toBeNull();
      expect((await client.ask('state_getStorage', '0x00', unknown)).error).toMatchObject({
        code: 4003,
        message: expect.stringContaining('UnknownBlock: Header was not found in the database'),
      });
      expect((await client.ask('state_getStorage', '0x00', old)).error).toMatchObject({
        code: 4003,
        message: `Client error: UnknownBlock: State already discarded for ${old}`,
      });
      expect((await client.ask('chain_getHeader', old)).result).toMatchObject({ number: '0x1' });
    });

    it('gives block hashes by number, by list, and null beyond the best', async () => {
      const { chain } = network.relay;
      expect((await client.ask('chain_getBlockHash', 0)).result).toBe(chain.genesisHash);
      expect((await client.ask('chain_getBlockHash', [0, '0x1', 9_999])).result).toEqual([
        chain.genesisHash,
        chain.hashAt(1),
        null,
      ]);
      expect((await client.ask('chain_getBlockHash')).result).toBe(chain.best.hash);
    });

    it('pages through exactly the keys that there are', async () => {
      const pairs = (await client.ask('state_getPairs', '0x')).result as [Hex, Hex][];
      const keys: Hex[] = [];
      for (let start: Hex | null = null; ; start = keys.at(-1) ?? null) {
        const page = (await client.ask('state_getKeysPaged', '0x', 37, start)).result as Hex[];
        if (page.length === 0) break;
        keys.push(...page);
      }
      expect(keys).toEqual(pairs.map(([key]) => key));
      expect(keys.length).toBeGreaterThan(100);
      expect((await client.ask('state_getKeysPaged', '0x', 1001)).error?.code).toBe(4002);
    });

    it('tells a panic in a runtime call with its message', async () => {
      const answer = await client.ask('state_call', 'BlockBuilder_finalize_block', '0x');
      expect(answer.error).toMatchObject({
        code: 4003,
        message: expect.stringMatching(/aborted due to panic: .*panicked at/s),
      });
      expect((await client.ask('state_call', 'No_such', '0x')).error?.message).toMatch(
        /Exported method No_such is not found/,
      );
    });

    it('dry-runs extrinsics, whatever block was built last', async () => {
      const { chain } = network.relay;
      const { pair } = devAccount('Eve');
      const signed = (nonce: number) => {
        const types = chain.typesOf();
        return types.signed(types.call('system', 'remark', '0x00'), pair, {
          genesisHash: chain.genesisHash,
          nonce,
        });
      };
      const verdicts = [];
      // A session of five blocks, and so one that pallet_session fills.
      for (let count = 0; count < 5; count++) {
        network.nextBlock();
        verdicts.push((await client.ask('system_dryRun', toHex(signed(0)))).result);
      }
      expect(verdicts).toEqual(Array.from({ length: 5 }, () => '0x0000'));
      // Err(Invalid(Future)).
      expect((await client.ask('system_dryRunAt', toHex(signed(9)), chain.best.hash)).result).toBe(
        '0x010002',
      );
      expect((await client.ask('system_dryRun', toHex(signed(0).subarray(1)))).error).toMatchObject({
        code: 2,
        message: 'Unable to dry run extrinsic',
      });
      expect((await client.ask('system_dryRun', '0x04ff')).error?.code).toBe(1);
      expect((await client.ask('author_submitExtrinsic', '0x04ff00')).error?.code).toBe(1001);
    });

    it('gives the dev accounts money on every chain', async () => {
      for (const { chain } of [network.relay, network.para]) {
        for (const uri of DEV_NAMES.flatMap((name) => [`//${name}`, `//${name}//stash`])) {
          const { pair } = devAccount(uri, uri);
          const account = chain
            .stateOf(chain.best)
            .get(chain.typesOf().key('system', 'account', pair.publicKey).toHex());
          expect(account, uri).not.toBeNull();
        }
      }
    });

    it('says that nobody proves finality on a para', async () => {
      const own = await RawClient.open(network.para.url);
      expect((await own.ask('grandpa_proveFinality', 1)).error).toMatchObject({ code: 1 });
      await own.close();
    });

    it('refuses answers larger than those of a node', async () => {
      const { chain } = network.relay;
      const code = '0x3a636f6465';
      const size = chain.stateOf(chain.best).get(code)?.length ?? 0;
      const often = Array.from({ length: Math.ceil((15 * 1024 * 1024) / (2 * size)) }, () => code);
      expect((await client.ask('state_queryStorageAt', often)).error).toEqual({
        code: -32_008,
        message: 'Response is too big',
        data: `Exceeded max limit of ${15 * 1024 * 1024}`,
      });
      const calls = often.map((key, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'state_getStorage',
        params: [key],
      }));
      client.send(JSON.stringify(calls));
      expect((await client.next()).error?.code).toBe(-32_011);
      // A key that is asked for again and again is proven once.
      const proof = (await client.ask('state_getReadProof', often)).result;
      expect(proof).toEqual((await client.ask('state_getReadProof', [code])).result);
    });
  });

  describe.each<['relay' | 'para']>([['relay'], ['para']])('read proofs of the %s', (which) => {
    it('prove presence and absence to a decoder that nobody here wrote', async () => {
      const { chain, url } = network[which];
      const own = await RawClient.open(url);
      const account = chain.typesOf().key('system', 'account', network.manager.pair.publicKey).toHex() as Hex;
      const code: Hex = '0x3a636f6465';
      const absent: Hex = '0x3a636f646501';
      const answer = (await own.ask('state_getReadProof', [account, code, absent])).result as {
        at: Hex;
        proof: Hex[];
      };
      expect(answer.at).toBe(chain.best.hash);
      const root = chain.best.header.stateRoot;
      const decoded = await decodeProof(toHex(root), answer.proof);
      const stored = (await own.ask('state_getStorage', account)).result;
      expect(decoded[account]).toBe(stored);
      expect(decoded[code]).toBe((await own.ask('state_getStorage', code)).result);
      expect(decoded[absent]).toBeUndefined();
      const proof = answer.proof.map((node) => new Uint8Array(Buffer.from(node.slice(2), 'hex')));
      const keys = [account, code, absent].map((key) => new Uint8Array(Buffer.from(key.slice(2), 'hex')));
      const values = verifyReadProof({ stateRoot: root, proof, keys, strict: true });
      expect(values.map((value) => value && toHex(value).length)).toEqual([
        String(stored).length,
        String(decoded[code]).length,
        null,
      ]);
      await own.close();
    });
  });

  describe('subscriptions', () => {
    it('follow heads until they are ended', async () => {
      const own = await RawClient.open(network.relay.url);
      const { result: id } = await own.ask('chain_subscribeFinalizedHeads');
      const first = await own.next();
      expect(first).toMatchObject({ method: 'chain_finalizedHead', params: { subscription: id } });
      network.nextBlock();
      expect(await own.next()).toMatchObject({
        params: { result: { number: `0x${network.relay.chain.finalized.number.toString(16)}` } },
      });
      expect((await own.ask('chain_unsubscribeFinalizedHeads', id)).result).toBe(true);
      expect((await own.ask('chain_unsubscribeFinalizedHeads', id)).result).toBe(false);
      network.nextBlock();
      expect((await own.ask('system_chain')).id).toBe(1);
      await own.close();
    });

    it('tell storage changes of the asked keys only', async () => {
      const own = await RawClient.open(network.relay.url);
      const { chain } = network.relay;
      const number = chain.typesOf().key('system', 'number').toHex();
      await own.ask('state_subscribeStorage', [number, '0x3a636f6465']);
      const first = (await own.next()).params?.result as { changes: unknown[] };
      expect(first.changes).toHaveLength(2);
      network.nextBlock();
      const second = (await own.next()).params?.result as { block: Hex; changes: [Hex, Hex][] };
      expect(second).toEqual({
        block: chain.best.hash,
        changes: [[number, expect.stringMatching(/^0x[0-9a-f]{8}$/)]],
      });
      await own.close();
    });

    it('leave nothing behind when their connection ends', async () => {
      const { chain } = network.relay;
      const before = chain.listenerCount('imported');
      const own = await RawClient.open(network.relay.url);
      await own.ask('chain_subscribeNewHeads');
      await own.next();
      expect(chain.listenerCount('imported')).toBe(before + 1);
      await own.close();
      // The server hears of the end after the client; a round trip on another connection comes later still.
      for (let turn = 0; turn < 50 && chain.listenerCount('imported') > before; turn++)
        await client.ask('system_chain');
      expect(chain.listenerCount('imported')).toBe(before);
    });
  });

  describe('faults of a node', () => {
    it('closes the port on everyone and opens the same one again', async () => {
      const own = await RawClient.open(network.para.url);
      const ended = own.closed;
      const { url } = network.para;
      await network.faults.stopParaRpc();
      await ended;
      await expect(RawClient.open(url)).rejects.toThrow(/ECONNREFUSED/);
      await network.faults.startParaRpc();
      const again = await RawClient.open(url);
      expect((await again.ask('system_chain')).result).toBe('Pararescue Para Devnet');
      await again.close();
    });

    it('answers late when slow', async () => {
      const own = await RawClient.open(network.para.url);
      network.faults.slowParaRpc(80);
      const before = performance.now();
      await own.ask('system_chain');
      expect(performance.now() - before).toBeGreaterThan(75);
      network.faults.slowParaRpc(0);
      await own.close();
    });

    it('lies about storage, truncates proofs and stands still when told to', async () => {
      const own = await RawClient.open(network.para.url);
      const { chain } = network.para;
      const key = chain.typesOf().key('balances', 'totalIssuance').toHex();
      const truth = (await own.ask('state_getStorage', key)).result as Hex;
      const proof = (await own.ask('state_getReadProof', [key])).result as { proof: Hex[] };

      network.faults.corruptParaRpc(wrongStorageValues);
      const lie = (await own.ask('state_getStorage', key)).result;
      expect(lie).not.toBe(truth);
      expect((await own.ask('state_queryStorageAt', [key])).result).toMatchObject([
        { changes: [[key, lie]] },
      ]);

      network.faults.corruptParaRpc(truncatedProofs);
      expect((await own.ask('state_getReadProof', [key])).result).toMatchObject({
        proof: proof.proof.slice(0, -1),
      });

      network.faults.corruptParaRpc(staleHeads(chain));
      const stale = chain.best.hash;
      network.nextBlock();
      network.nextBlock();
      expect(chain.best.hash).not.toBe(stale);
      expect((await own.ask('chain_getBlockHash')).result).toBe(stale);

      network.faults.corruptParaRpc(null);
      expect((await own.ask('chain_getBlockHash')).result).toBe(chain.best.hash);
      await own.close();
    });
  });
});
