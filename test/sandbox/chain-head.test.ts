import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
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

  it('knows a follow only on the connection that began it', async () => {
    const other = await RawClient.open(network.relay.url);
    expect((await other.ask('chainHead_v1_header', follow, best())).result).toBeNull();
    await other.close();
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
  });
});
