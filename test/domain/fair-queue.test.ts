import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../../src/domain/concurrency/fair-queue.ts';

/** A task that ends when it is told to. */
function held(): { readonly task: () => Promise<void>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { task: () => promise, end: () => end() };
}

describe('a fair queue', () => {
  it('lets clients take turns, and the accounts of one client', async () => {
    const queue = createFairQueue({ width: 1, longest: 100 });
    const gate = held();
    const order: string[] = [];
    const all = [queue.run({ client: 'gate' }, gate.task)];
    const add = (client: string, account: string, name: string) =>
      all.push(queue.run({ client, account }, () => void order.push(name)));
    for (const index of [1, 2, 3]) add('flood', 'victim', `flood ${index}`);
    add('flood', 'other', 'other account');
    add('quiet', 'a', 'quiet');
    gate.end();
    await Promise.all(all);
    expect(order).toEqual(['flood 1', 'quiet', 'other account', 'flood 2', 'flood 3']);
  });

  it('lets networks take turns before their clients do, and tells a network by its /48', async () => {
    const queue = createFairQueue({ width: 1, longest: 100 });
    const gate = held();
    const order: string[] = [];
    const all = [queue.run({ client: 'gate' }, gate.task)];
    const add = (client: string, name: string) =>
      all.push(queue.run({ client }, () => void order.push(name)));
    for (const index of [1, 2, 3, 4]) add(`2001:db8:1:${index}::/64`, `site ${index}`);
    for (const index of [1, 2]) add('2001:db8:2:1::/64', `home ${index}`);
    add('203.0.113.7', 'quiet');
    gate.end();
    await Promise.all(all);
    expect(order).toEqual(['site 1', 'home 1', 'quiet', 'site 2', 'home 2', 'site 3', 'site 4']);
  });

  it('serves a network whose clients failed after others, though each of them failed once only', async () => {
    const queue = createFairQueue({ width: 1, longest: 1000 });
    const wrong = () => Promise.reject(new Error('wrong'));
    const site = (index: number) => `2001:db8:1:${index.toString(16)}::/64`;
    for (let index = 0; index < 100; index++) {
      await queue.run({ client: site(index) }, wrong).catch(() => undefined);
    }
    const gate = held();
    const order: string[] = [];
    const all = [queue.run({ client: 'gate' }, gate.task)];
    for (let index = 100; index < 104; index++) {
      all.push(queue.run({ client: site(index) }, () => void order.push('bad')));
    }
    for (let index = 0; index < 4; index++) {
      all.push(queue.run({ client: `198.51.100.${index}` }, () => void order.push('good')));
    }
    gate.end();
    await Promise.all(all);
    expect(order.slice(0, 6).filter((client) => client === 'good')).toHaveLength(4);
  });

  it('pushes a flood out by itself also when each of it comes from another address of one network', async () => {
    const queue = createFairQueue({ width: 1, longest: 10 });
    const gate = held();
    const first = queue.run({ client: 'gate' }, gate.task);
    const quiet = ['203.0.113.7', '2001:db8:2:1::/64'].map((client) => queue.run({ client }, () => 'served'));
    const flood = Array.from({ length: 1000 }, (_, index) =>
      queue
        .run({ client: `2001:db8:1:${index.toString(16)}::/64` }, () => 'served')
        .catch((error) => error.code),
    );
    gate.end();
    await first;
    expect(await Promise.all(quiet)).toEqual(['served', 'served']);
    const fates = await Promise.all(flood);
    expect(fates.filter((fate) => fate === 'served')).toHaveLength(8);
  });

  it('serves clients whose work failed after those whose work did not', async () => {
    const queue = createFairQueue({ width: 1, longest: 100 });
    const wrong = () => Promise.reject(new Error('wrong'));
    for (let index = 0; index < 30; index++) await queue.run({ client: 'bad' }, wrong).catch(() => undefined);
    const gate = held();
    const order: string[] = [];
    const all = [queue.run({ client: 'gate' }, gate.task)];
    for (const client of ['bad', 'bad', 'bad', 'bad', 'good', 'good', 'good', 'good'])
      all.push(queue.run({ client }, () => void order.push(client)));
    gate.end();
    await Promise.all(all);
    // One turn in four is theirs, so that they are heard at all.
    expect(order.slice(0, 6).filter((client) => client === 'good')).toHaveLength(4);
  });

  it('pushes a flood out by itself, never the only work of another', async () => {
    const queue = createFairQueue({ width: 1, longest: 10 });
    const gate = held();
    const first = queue.run({ client: 'gate' }, gate.task);
    const quiet = queue.run({ client: 'quiet' }, () => 'served');
    const flood = Array.from({ length: 1000 }, () =>
      queue.run({ client: 'flood' }, () => 'served').catch((error) => error.code),
    );
    gate.end();
    await first;
    expect(await quiet).toBe('served');
    const fates = await Promise.all(flood);
    expect(fates.filter((fate) => fate === 'served')).toHaveLength(9);
    expect(fates.filter((fate) => fate === 'RESCUE_TOO_MANY_REQUESTS')).toHaveLength(991);
  });

  it('runs no more at once than its width', async () => {
    const queue = createFairQueue({ width: 3, longest: 100 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => queue.run({ client: `${index % 4}` }, work)));
    expect(most).toBe(3);
  });
});
