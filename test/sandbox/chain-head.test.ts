import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { RawClient } from '../support/devnet-client.ts';

type Event = Record<string, unknown>;

describe('the newer JSON-RPC interface', () => {
  let network: Network;
  let client: RawClient;
  let follow: string;
  let first: Event;
  const event = async () => (await client.next()).params?.result as Event;

  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());
  beforeEach(async () => {
    client = await RawClient.open(network.relay.url);
    follow = String((await client.ask('chainHead_v1_follow', true)).result);
    first = await event();
    expect((await event()).event).toBe('bestBlockChanged');
  });
  afterEach(() => client.close());

  const best = () => network.relay.chain.best.hash;

  it('names the chain', async () => {
    expect((await client.ask('chainSpec_v1_chainName')).result).toBe('Pararescue Relay Devnet');
    expect((await client.ask('chainSpec_v1_genesisHash')).result).toBe(network.relay.chain.genesisHash);
  });

  it('begins with the finalized blocks and their runtime, then tells each block in order', async () => {
    expect(first).toMatchObject({
      event: 'initialized',
      finalizedBlockRuntime: {
        type: 'valid',
        spec: { specName: 'pararescue-devnet-relay', specVersion: 1000 },
      },
    });
    expect((first.finalizedBlockHashes as Hex[]).at(-1)).toBe(network.relay.chain.finalized.hash);
    const parentBlockHash = best();
    network.nextBlock();
    expect([await event(), await event(), await event()]).toEqual([
      { event: 'newBlock', blockHash: best(), parentBlockHash, newRuntime: null },
      { event: 'bestBlockChanged', bestBlockHash: best() },
      { event: 'finalized', finalizedBlockHashes: [best()], prunedBlockHashes: [] },
    ]);
  });

  it('answers header, body, call and storage of pinned blocks', async () => {
    const { chain } = network.relay;
    expect((await client.ask('chainHead_v1_header', follow, best())).result).toBe(
      toHex(chain.best.encodedHeader),
    );

    await client.ask('chainHead_v1_body', follow, best());
    expect(await event()).toMatchObject({
      event: 'operationBodyDone',
      value: chain.best.extrinsics.map(toHex),
    });

    await client.ask('chainHead_v1_call', follow, best(), 'Core_version', '');
    expect(await event()).toMatchObject({ event: 'operationCallDone', output: expect.stringMatching(/^0x/) });

    await client.ask('chainHead_v1_call', follow, best(), 'No_such', '0x');
    expect(await event()).toMatchObject({ event: 'operationError', error: expect.stringMatching(/No_such/) });

    const number = chain.typesOf().key('system', 'number').toHex();
    const items = [
      { key: number, type: 'value' },
      { key: `${number}ff`, type: 'value' },
    ];
    const started = (await client.ask('chainHead_v1_storage', follow, best(), items, null)).result;
    expect(started).toMatchObject({ result: 'started', discardedItems: 0 });
    expect(await event()).toMatchObject({
      event: 'operationStorageItems',
      items: [{ key: number, value: expect.stringMatching(/^0x/) }],
    });
    expect((await event()).event).toBe('operationStorageDone');
  });

  it('walks all descendants of a key', async () => {
    const { chain } = network.relay;
    const prefix = chain.typesOf().key('system', 'number').toHex().slice(0, 34);
    await client.ask(
      'chainHead_v1_storage',
      follow,
      best(),
      [{ key: prefix, type: 'descendantsHashes' }],
      null,
    );
    const { items } = (await event()) as { items: { key: string; hash: string }[] };
    expect(items.map(({ key }) => key)).toEqual(chain.stateOf(chain.best).keysWithPrefix(prefix as Hex));
  });

  it('refuses blocks that are not pinned, or not any more', async () => {
    expect((await client.ask('chainHead_v1_header', follow, `0x${'12'.repeat(32)}`)).error?.code).toBe(
      -32_801,
    );
    const pinned = best();
    expect((await client.ask('chainHead_v1_unpin', follow, [pinned])).result).toBeNull();
    expect((await client.ask('chainHead_v1_unpin', follow, pinned)).error?.code).toBe(-32_801);
    expect((await client.ask('chainHead_v1_header', follow, pinned)).error?.code).toBe(-32_801);
  });

  it('refuses to unpin a hash twice, and calls of a follow without runtimes', async () => {
    expect((await client.ask('chainHead_v1_unpin', follow, [best(), best()])).error?.code).toBe(-32_804);
    expect((await client.ask('chainHead_v1_header', follow, best())).error).toBeUndefined();
    const bare = String((await client.ask('chainHead_v1_follow', false)).result);
    expect(await event()).not.toHaveProperty('finalizedBlockRuntime');
    await event();
    network.nextBlock();
    const told = [];
    for (let count = 0; count < 6; count++) told.push((await client.next()).params);
    const ofBare = told.filter((params) => params?.subscription === bare).map((params) => params?.result);
    expect(ofBare[0]).toMatchObject({ event: 'newBlock', blockHash: best() });
    expect(ofBare[0]).not.toHaveProperty('newRuntime');
    const call = await client.ask('chainHead_v1_call', bare, best(), 'Core_version', '0x');
    expect(call.error?.code).toBe(-32_802);
  });

  it('lets one connection follow four times, and no more', async () => {
    for (let count = 0; count < 3; count++) {
      expect((await client.ask('chainHead_v1_follow', true)).error).toBeUndefined();
      await event();
      await event();
    }
    expect((await client.ask('chainHead_v1_follow', true)).error?.code).toBe(-32_800);
    expect((await client.ask('chainHead_v1_unfollow', follow)).result).toBeNull();
    expect((await client.ask('chainHead_v1_follow', true)).error).toBeUndefined();
  });

  it('tells Merkle values that the proofs hold', async () => {
    const { chain } = network.relay;
    const code: Hex = '0x3a636f6465';
    const items = ['0x', code, `${code}00`, `${code.slice(0, 6)}`].map((key) => ({
      key,
      type: 'closestDescendantMerkleValue',
    }));
    await client.ask('chainHead_v1_storage', follow, best(), items, null);
    const { items: told } = (await event()) as { items: Record<string, Hex>[] };
    expect(told.map(({ key }) => key)).toEqual(['0x', code, code.slice(0, 6)]);
    expect(told[0]?.closestDescendantMerkleValue).toBe(toHex(chain.best.header.stateRoot));
    const proof = chain.stateOf(chain.best).prove([fromHex(code)]);
    const hashes = proof.map((node) => toHex(blake2b256(node)));
    expect(hashes).toContain(told[1]?.closestDescendantMerkleValue);
  });

  it('hands out long walks in pages, and ends them when it is told to', async () => {
    const { chain } = network.relay;
    const all = chain.stateOf(chain.best).keysWithPrefix('0x');
    const walk = async () => {
      const items = [{ key: '0x', type: 'descendantsValues' }];
      const started = await client.ask('chainHead_v1_storage', follow, best(), items, null);
      return (started.result as { operationId: string }).operationId;
    };
    const id = await walk();
    const keys: string[] = [];
    for (;;) {
      const next = (await event()) as { event: string; items?: { key: string }[] };
      if (next.event === 'operationStorageDone') break;
      keys.push(...(next.items ?? []).map(({ key }) => key));
      if (next.event === 'operationWaitingForContinue')
        expect((await client.ask('chainHead_v1_continue', follow, id)).result).toBeNull();
    }
    expect(keys).toEqual(all);
    const stopped = await walk();
    await event();
    expect((await event()).event).toBe('operationWaitingForContinue');
    await client.ask('chainHead_v1_stopOperation', follow, stopped);
    await client.ask('chainHead_v1_continue', follow, stopped);
    await client.ask('chainHead_v1_body', follow, best());
    expect((await event()).event).toBe('operationBodyDone');
  });

  it('discards items that it has no room for', async () => {
    const items = Array.from({ length: 70 }, () => ({ key: '0x3a', type: 'hash' }));
    const { result } = await client.ask('chainHead_v1_storage', follow, best(), items, null);
    expect(result).toMatchObject({ result: 'started', discardedItems: 6 });
    expect((await event()).event).toBe('operationStorageDone');
  });

  it('knows a follow only on the connection that began it', async () => {
    const other = await RawClient.open(network.relay.url);
    expect((await other.ask('chainHead_v1_header', follow, best())).result).toBeNull();
    await other.close();
  });

  it('answers the archive of blocks and states', async () => {
    const { chain } = network.relay;
    const { best, finalized } = chain;
    const asked = async (method: string, ...params: unknown[]) =>
      (await client.ask(`archive_v1_${method}`, ...params)).result;
    expect(await asked('genesisHash')).toBe(chain.genesisHash);
    expect(await asked('finalizedHeight')).toBe(finalized.number);
    expect(await asked('hashByHeight', best.number)).toEqual([best.hash]);
    expect(await asked('hashByHeight', best.number + 1)).toEqual([]);
    expect(await asked('header', best.hash)).toBe(toHex(best.encodedHeader));
    expect(await asked('body', best.hash)).toEqual(best.extrinsics.map(toHex));
    expect(await asked('body', `0x${'12'.repeat(32)}`)).toBeNull();
    expect(await asked('call', best.hash, 'Core_version', '0x')).toMatchObject({ success: true });
    expect(await asked('call', best.hash, 'No_such', '0x')).toMatchObject({
      success: false,
      error: expect.stringContaining('No_such'),
    });
    const number = chain.typesOf().key('system', 'number').toHex();
    const items = [
      { key: number, type: 'value' },
      { key: `${number}00`, type: 'value' },
    ];
    const id = await asked('storage', best.hash, items, null);
    expect(await client.next()).toMatchObject({
      method: 'archive_v1_storageEvent',
      params: { subscription: id, result: { event: 'storage', key: number, value: expect.any(String) } },
    });
    expect((await event()).event).toBe('storageDone');
    await asked('storage', `0x${'12'.repeat(32)}`, items);
    expect(await event()).toMatchObject({
      event: 'storageError',
      error: expect.stringContaining('UnknownBlock'),
    });
  });

  it('tells the difference between two states, and only that', async () => {
    const { chain } = network.relay;
    const after = network.nextBlock().relay;
    for (let told = 0; told < 3; told++) await event();
    const before = chain.blockAt(after.number - 1);
    await client.ask('archive_v1_storageDiff', after.hash, null);
    const changes = new Map<Hex, Event>();
    for (let next = await event(); next.event !== 'storageDiffDone'; next = await event())
      changes.set(next.key as Hex, next);
    const [old, now] = [before?.state, after.state].map(
      (state) =>
        new Map([...(state?.main.entries() ?? [])].map(([key, value]) => [toHex(key), toHex(value)])),
    ) as [Map<Hex, Hex>, Map<Hex, Hex>];
    const wrong = [...new Set([...old.keys(), ...now.keys()])].filter((key) => {
      const [was, is] = [old.get(key), now.get(key)];
      const type =
        was === is ? undefined : was === undefined ? 'added' : is === undefined ? 'deleted' : 'modified';
      const told = changes.get(key);
      return told?.type !== type || told?.value !== (type === undefined ? undefined : is);
    });
    expect(wrong).toEqual([]);
    expect(changes.size).toBeGreaterThan(3);
  });

  it('watches a transaction from the pool to finality, and says why another is none', async () => {
    const { chain } = network.relay;
    const types = chain.typesOf();
    const { pair } = devAccount('Dave');
    const bytes = types.signed(types.call('system', 'remark', '0x01'), pair, {
      genesisHash: chain.genesisHash,
      nonce: 0,
    });
    const own = await RawClient.open(network.relay.url);
    const heard = async () => (await own.next()).params?.result as Event;
    await own.ask('transactionWatch_v1_submitAndWatch', toHex(bytes));
    expect(await heard()).toEqual({ event: 'validated' });
    network.faults.lagFinality(1);
    for (let count = 0; count < 3 && chain.pool.size > 0; count++) network.nextBlock();
    const block = { hash: chain.best.hash, index: chain.best.extrinsics.map(toHex).indexOf(toHex(bytes)) };
    expect(await heard()).toEqual({ event: 'bestChainBlockIncluded', block });
    network.nextBlock();
    expect(await heard()).toEqual({ event: 'finalized', block });
    network.faults.lagFinality(0);
    network.nextBlock();
    const again = (await own.ask('transactionWatch_v1_submitAndWatch', toHex(bytes))).result;
    expect(await heard()).toMatchObject({ event: 'invalid', error: expect.stringContaining('outdated') });
    // It is over, and so there is nothing to unwatch.
    expect((await own.ask('transactionWatch_v1_unwatch', again)).result).toBeNull();
    await own.ask('transactionWatch_v1_submitAndWatch', '0x04deadbe');
    expect((await heard()).event).toBe('invalid');
    expect((await own.ask('transactionWatch_v1_submitAndWatch', 'no')).error?.code).toBe(-32_602);
    await own.close();
  });

  it('broadcasts a transaction, good or bad, without a word about it', async () => {
    const { chain } = network.relay;
    const types = chain.typesOf();
    const { pair } = devAccount('Charlie');
    const call = types.call('system', 'remark', '0x00');
    const bytes = types.signed(call, pair, { genesisHash: chain.genesisHash, nonce: 0 });
    const id = (await client.ask('transaction_v1_broadcast', toHex(bytes))).result;
    expect(chain.pool.size).toBe(1);
    expect((await client.ask('transaction_v1_broadcast', '0x00')).error).toBeUndefined();
    expect((await client.ask('transaction_v1_stop', id)).result).toBeNull();
    expect((await client.ask('transaction_v1_stop', id)).error?.code).toBe(-32_602);
    const more = [];
    for (let count = 0; count < 16; count++)
      more.push((await client.ask('transaction_v1_broadcast', '0x00')).result === null);
    expect(more).toEqual([...Array.from({ length: 15 }, () => false), true]);
  });
});
