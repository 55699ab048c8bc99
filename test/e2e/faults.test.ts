import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultDesk } from '../../devnet/faults/desk.ts';
import type { Cause } from '../../src/domain/diagnosis/causes.ts';
import { openScene, type Scene } from './scene.ts';

/** Of the faults that stop the para: what the service says of it, in an order in which one network can have them. */
const CAUSES = {
  'collators-down': ['collators-down', /validators would take it, but no block of it is included/],
  'head-lost': ['head-lost', /none of the 1 configured endpoints/],
  'foreign-head': ['foreign-head', /is no Substrate header/],
  'dispute-freeze': ['inclusion-frozen', /frozen inclusion on the whole relay chain since block \d+/],
  'queue-head': ['messages-differ', /DMQ head mismatch|not those that were sent/],
} as const satisfies Record<string, readonly [Cause, RegExp]>;

describe('what the service says of a para whose fault is known', () => {
  let scene: Scene;
  let desk: FaultDesk;
  beforeAll(async () => {
    scene = await openScene({ unlocked: false });
    desk = new FaultDesk(scene.network);
  });
  afterAll(() => scene.close());

  it.each(Object.entries(CAUSES))('%s', async (name, [cause, sentence]) => {
    await desk.begin(name);
    try {
      await scene.until(
        ({ diagnosis }) => diagnosis?.cause === cause && sentence.test(diagnosis.sentence),
        30,
      );
    } finally {
      await desk.end(name);
    }
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  it('rejected-upgrade: the collators are away, and the rejection is a second finding', async () => {
    await desk.begin('rejected-upgrade');
    const { diagnosis } = await scene.until(({ diagnosis }) => typeof diagnosis?.triedAt === 'number', 30);
    expect(diagnosis).toMatchObject({
      cause: 'collators-down',
      sentence: expect.stringMatching(/validators would take it, but no block of it is included/),
      also: [{ cause: 'pvf-rejected' }],
    });
    await desk.end('rejected-upgrade');
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  // What stops within twenty blocks of it, and does not fail when tried, is put down to it; a change of the para's own code speaks against it.
  it('relay-upgrade: the collators are too old for it', async () => {
    await desk.begin('relay-upgrade');
    const { diagnosis } = await scene.until(({ diagnosis }) => diagnosis?.cause === 'relay-upgrade', 30);
    expect(diagnosis?.sentence).toMatch(/when the relay chain changed its own runtime at block \d+/);
    await desk.end('relay-upgrade');
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  it('stuck-upgrade: it waits for a block that fails', async () => {
    await desk.begin('stuck-upgrade');
    const { diagnosis } = await scene.until(
      ({ diagnosis }) => diagnosis?.cause === 'upgrade-stuck' && diagnosis.confidence === 'executed',
      30,
    );
    expect(diagnosis?.sentence).toMatch(/waits for a para block that cannot come.*the next block fails/);
    await desk.end('stuck-upgrade');
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  it('no-core: idle, and never stalled', async () => {
    await desk.begin('no-core');
    for (let blocks = 0; blocks < 12; blocks += 1) {
      const para = await scene.block();
      expect(para.state).toBe('healthy');
    }
    expect((await scene.block()).condition).toMatchObject({ is: 'idle' });
    await desk.end('no-core');
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  it('offboarded: not live, then not registered', async () => {
    await desk.begin('offboarded');
    const para = await scene.until(({ condition }) => condition.is === 'not-registered', 10);
    expect(para.state).toBe('healthy');
  });
});
