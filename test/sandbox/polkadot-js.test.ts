import { EventEmitter, once } from 'node:events';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions } from '@polkadot/api/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { decodeFinalityProof, decodeJustification } from '../../src/proof/index.ts';

describe('a polkadot-js client of the embedded network', () => {
  let network: Network;
  let relay: ApiPromise;
  let para: ApiPromise;
  beforeAll(async () => {
    network = await startNetwork();
    const open = (url: string) =>
      ApiPromise.create({
        provider: new WsProvider(url) as ApiOptions['provider'],
        noInitWarn: true,
      } as ApiOptions);
    [relay, para] = await Promise.all([open(network.relay.url), open(network.para.url)]);
  });
  afterAll(async () => {
    await Promise.all([relay.disconnect(), para.disconnect()]);
    await network.close();
  });

  it('reads both chains by their metadata', async () => {
    expect(String(await relay.rpc.system.chain())).toBe('Pararescue Relay Devnet');
    expect(relay.registry.chainTokens).toEqual(['UNIT']);
    expect(para.registry.chainDecimals).toEqual([12]);
    expect((await para.query.parachainInfo?.parachainId?.())?.toJSON()).toBe(network.paraId);
    const holder = network.holders[3];
    const account = await para.query.system?.account?.(holder?.address);
    const free = (account?.toJSON() as { data?: { free: string } } | undefined)?.data?.free;
    expect(BigInt(free ?? 0)).toBe(holder?.balance);
    const heads = await relay.query.paras?.heads?.entries();
    expect(heads?.map(([key]) => key.args[0]?.toJSON())).toEqual([network.paraId]);
    const queue = await relay.call.parachainHost?.claimQueue?.();
    expect(JSON.stringify(queue?.toJSON())).toContain(String(network.paraId));
  });

  it('sees the first head lock the para, and the para unlock itself', async () => {
    const changes = new EventEmitter();
    const seen: (boolean | null)[] = [];
    const first = once(changes, 'lock');
    const stop = (await relay.query.registrar?.paras?.(network.paraId, (entry: { toJSON(): unknown }) => {
      seen.push((entry.toJSON() as { locked: boolean | null }).locked);
      changes.emit('lock');
    })) as unknown as () => void;
    await first;
    expect(seen).toEqual([true]);
    const second = once(changes, 'lock');
    await network.unlockPara();
    await second;
    expect(seen).toEqual([true, false]);
    stop();
  });

  it('follows an extrinsic from the pool to finality and reads its events', async () => {
    const statuses: string[] = [];
    network.faults.lagFinality(1);
    const done = new Promise<string[]>((resolve, reject) => {
      relay.tx.registrar
        ?.addLock?.(network.paraId)
        .signAndSend(network.manager.pair, ({ status, events }) => {
          statuses.push(status.type);
          // The first block of a session has no room for it: pallet_session claims its weight.
          if (status.isReady)
            for (let size = 1; size > 0; size = network.relay.chain.pool.size) network.nextBlock();
          if (status.isInBlock) network.nextBlock();
          if (status.isFinalized) resolve(events.map(({ event }) => `${event.section}.${event.method}`));
        })
        .catch(reject);
    });
    expect(await done).toContain('system.ExtrinsicSuccess');
    expect(statuses).toEqual(['Ready', 'InBlock', 'Finalized']);
    const entry = await relay.query.registrar?.paras?.(network.paraId);
    expect(entry?.toJSON()).toMatchObject({ manager: network.manager.address, locked: true });
  });

  it('gets the errors of nodes for what the pool refuses', async () => {
    const poor = relay.tx.system?.remark?.('0x00').signAsync(network.manager.pair, { nonce: 0 });
    await expect(poor?.then((extrinsic) => extrinsic.send())).rejects.toThrow(
      /1010: Invalid Transaction: Transaction is outdated/,
    );
  });

  it('hears justifications, asks for proofs of finality and reads who votes', async () => {
    network.faults.lagFinality(0);
    const { grandpa } = relay.rpc;
    const { chain } = network.relay;
    const { finalized } = chain;
    const told = new EventEmitter();
    const heard = once(told, 'justification');
    const subscribed = grandpa.subscribeJustifications((each) => {
      told.emit('justification', each.toHex());
    });
    // An answer to what is asked later: by then the node has the subscription.
    await relay.rpc.system.chain();
    network.nextBlock();
    const [[first], stop] = await Promise.all([heard, subscribed]);
    const justification = decodeJustification(fromHex(first));
    expect(justification.targetNumber).toBe(chain.best.number);
    expect(toHex(justification.targetHash)).toBe(chain.best.hash);
    stop();
    const proof = await grandpa.proveFinality(finalized.number);
    const { block } = decodeFinalityProof(fromHex(proof.unwrap().toHex() as Hex));
    expect(toHex(block)).toBe(chain.best.hash);
    await expect(grandpa.proveFinality(chain.best.number + 1)).rejects.toThrow(
      /4: GRANDPA prove finality rpc failed: Block not yet finalized/,
    );
    expect((await relay.query.grandpa?.currentSetId?.())?.toString()).toBe('1');
    expect((await relay.query.grandpa?.authorities?.())?.toJSON()).toHaveLength(2);
  });

  it('estimates fees and dry-runs', async () => {
    const info = await relay.tx.system?.remark?.('0x1234').paymentInfo(network.manager.pair);
    expect(info?.partialFee.toBigInt()).toBeGreaterThan(0n);
    expect(info?.class.isNormal).toBe(true);
  });
});
