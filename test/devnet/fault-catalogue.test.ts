import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_CATALOGUE } from '../../devnet/faults/catalogue.ts';
import { FaultDesk } from '../../devnet/faults/desk.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';

/** Of faults that can be undone, in an order in which one network can have them: what the para does while they last. */
const WHILE = {
  cooldown: 'goes on',
  'collators-down': 'stands still',
  'head-lost': 'stands still',
  'para-node-down': 'goes on',
  'para-node-old': 'goes on',
  'relay-node-down': 'goes on',
  'finality-stalled': 'goes on',
  'finality-lags': 'goes on',
  'code-mismatch': 'stands still',
  'go-ahead': 'stands still',
  'queue-head': 'stands still',
  'pov-limit': 'stands still',
  'foreign-head': 'stands still',
  'no-core': 'stands still',
  'dispute-freeze': 'stands still',
  locked: 'goes on',
  'relay-upgrade': 'stands still',
  'rejected-upgrade': 'stands still',
  'stuck-upgrade': 'stands still',
} as const;

describe('faults by name', () => {
  let network: Network;
  let desk: FaultDesk;
  beforeAll(async () => {
    network = await startNetwork();
    desk = new FaultDesk(network);
  });
  afterAll(() => network.close());

  const head = () => network.readRelay('paras', 'heads', network.paraId);
  const produce = (blocks: number) => {
    for (let count = 0; count < blocks; count++) network.nextBlock();
  };
  const isOn = (name: string) => desk.list().find((state) => state.name === name)?.on;

  it.each(Object.entries(WHILE))('%s: the para %s, and goes on when it has ended', async (name, does) => {
    await desk.begin(name);
    expect(isOn(name)).toBe(true);
    produce(1);
    const before = head();
    produce(4);
    expect(head() === before).toBe(does === 'stands still');
    await expect(desk.begin(name)).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
    await desk.end(name);
    expect(isOn(name)).toBe(false);
    const ended = head();
    await network.produceUntil(() => head() !== ended, 12, `heads after ${name}`);
  });

  it('refuses at once what can come about no more: an upgrade to an older version', async () => {
    await expect(desk.begin('broken-runtime')).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
    expect(isOn('broken-runtime')).toBe(false);
  });

  it('refuses names that there are not, and ends nothing that has not begun', async () => {
    await expect(desk.begin('no-such')).rejects.toMatchObject({
      code: 'RESCUE_NOT_FOUND',
      message: expect.stringContaining('broken-runtime'),
    });
    await expect(desk.end('no-core')).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
  });

  it('lets the relay chain stand still, and begins nothing meanwhile that waits for blocks', async () => {
    network.run(50);
    await desk.begin('relay-stopped');
    await expect(desk.begin('no-core')).rejects.toMatchObject({
      message: expect.stringContaining('relay-stopped'),
    });
    const { number } = network.relay.chain.best;
    await desk.end('relay-stopped');
    await network.produceUntil(() => network.relay.chain.best.number > number, 5);
    network.run(0);
  });

  it('that nothing undoes: the authorities are gone, the para has left', async () => {
    await desk.begin('no-authorities');
    const before = head();
    produce(3);
    expect(head()).toBe(before);
    await expect(desk.end('no-authorities')).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
    await desk.begin('offboarded');
    expect(network.readRelay('paras', 'paraLifecycles', network.paraId)).toBeNull();
  });

  it('has tried each of them, but one that test/e2e/causes.test.ts does', () => {
    const tried = [...Object.keys(WHILE), 'relay-stopped', 'no-authorities', 'offboarded', 'broken-runtime'];
    expect(FAULT_CATALOGUE.map(({ name }) => name).sort()).toEqual(tried.sort());
  });
});
