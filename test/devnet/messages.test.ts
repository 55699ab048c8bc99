import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { recordEvents } from '../sandbox/chain-events.ts';

describe('messages between the relay chain and the para', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());

  it('go down: the para takes each one from the queue once, in order, and the queue empties', async () => {
    const { relay, para, paraId } = network;
    const queue = () => network.readRelay('dmp', 'downwardMessageQueues', paraId) as unknown[];
    const seen = recordEvents(para.chain);
    for (const topic of ['01', '02']) {
      const types = relay.chain.typesOf();
      const send = types.call(
        'xcmPallet',
        'send',
        { V5: { parents: 0, interior: { X1: [{ Parachain: paraId }] } } },
        { V5: ['ClearOrigin', { SetTopic: `0x${topic.repeat(32)}` }] },
      );
      network.submit(relay.chain, types.call('sudo', 'sudo', send), network.sudo);
      await network.produceUntil(() => relay.chain.pool.size === 0, 3, 'the message being sent');
    }
    await network.produceUntil(() => queue().length === 0, 5, 'the queue being empty');
    await network.produceUntil(
      () => seen.filter(({ name }) => name === 'parachainSystem.DownwardMessagesReceived').length >= 2,
      5,
      'both messages arriving',
    );
    // The mark of the queue's end agrees on both chains: the next block would be refused otherwise.
    const head = para.chain.best.number;
    await network.produceUntil(() => para.chain.best.number >= head + 2, 5, 'the para going on');
  });

  it('go up: the relay chain executes what the para sent as the para', async () => {
    const { relay } = network;
    const seen = recordEvents(relay.chain);
    await network.unlockPara();
    const names = seen.map(({ name }) => name);
    expect(names).toContain('paraInclusion.UpwardMessagesReceived');
    expect(names).toContain('messageQueue.Processed');
  });

  it('leave the nonces of sudo to whoever uses it, while candidates are included', async () => {
    const { chain } = network.relay;
    const types = chain.typesOf();
    const nonce = () => {
      const account = types.read(chain.stateOf(chain.best), 'system', 'account', network.sudo.pair.publicKey);
      return Number((account?.toJSON() as { nonce?: number } | undefined)?.nonce);
    };
    const before = nonce();
    const call = types.call('system', 'remarkWithEvent', toHex(devAccount('Alice').pair.publicKey));
    const bytes = types.signed(call, network.sudo.pair, { genesisHash: chain.genesisHash, nonce: before });
    const head = network.para.chain.best.number;
    await network.produceUntil(() => network.para.chain.best.number >= head + 3, 6, 'three candidates');
    expect(nonce()).toBe(before);
    expect(chain.pool.submit(bytes)).toMatchObject({ ok: true });
    await network.produceUntil(() => nonce() === before + 1, 3, 'the remark');
  });
});
