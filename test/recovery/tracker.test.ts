import { describe, expect, it, onTestFinished } from 'vitest';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { PRESENT_MS } from '../../src/domain/chain/present.ts';
import type { SnapshotStore } from '../../src/domain/ports/snapshots.ts';
import { createDiagnostician } from '../../src/recovery/para/diagnostician.ts';
import { createIncidentKeeper } from '../../src/recovery/para/incident-keeper.ts';
import { startMachine } from '../../src/recovery/para/machine-runner.ts';
import { createReleaseKeeper } from '../../src/recovery/para/release-keeper.ts';
import { createParaTracker, type WatchedPara } from '../../src/recovery/para/tracker.ts';
import { openStore } from '../../src/store/open.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { DEAD_NODES, SILENT_RELAY, UNTRIED } from '../support/dead-nodes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const nobody = () => undefined;
const PARA: WatchedPara = {
  id: 2000,
  name: 'Para',
  stallGapBlocks: 8,
  reader: DEAD_NODES,
  tryNextBlock: UNTRIED,
  tryProposal: UNTRIED,
  nodes: [],
  contract: null,
  release: null,
};

async function openTracker(poison?: number) {
  const { ledger, journal, snapshots, incidents, close } = await openStore(await temporaryFolder());
  const watchedOnly: [number, boolean][] = [];
  const clock = { now: 0 };
  if (poison !== undefined) await poisonSnapshot(snapshots, poison);
  const feed = createBlockFeed();
  const runner = await startMachine({
    paraId: 2000,
    snapshots,
    actors: () => ({}),
    now: () => 0,
    onSaved: nobody,
    onSaveFailed: nobody,
  });
  const diagnostician = createDiagnostician({ ...PARA, relay: SILENT_RELAY }, nobody);
  onTestFinished(async () => {
    await diagnostician.settled();
    await runner.stop();
    await close();
  });
  const tracker = await createParaTracker({
    para: PARA,
    runner,
    ledger,
    feed,
    diagnostician,
    incidents: await createIncidentKeeper({
      paraId: 2000,
      incidents,
      log: snapshots,
      journal: { list: async () => [] },
      settled: runner.saved,
      tell: nobody,
      awaySince: null,
    }),
    releases: createReleaseKeeper({
      paraId: 2000,
      ledger,
      journal,
      operator: null,
      machine: () => ({ state: runner.state(), context: runner.context() }),
      tell: nobody,
    }),
    sighted: () => true,
    lookBack: async () => ({ otherHeadUntil: null, unknown: null }),
    tell: nobody,
    now: () => clock.now,
    onAnchor: nobody,
    onWatchedOnly: ({ relay }, { stalled }) => watchedOnly.push([relay.number, stalled]),
  });
  return {
    runner,
    feed,
    tracker,
    snapshots,
    watchedOnly,
    clock,
    observe: (number: number, change: Partial<ParaObservation> = {}) =>
      tracker.queue.run(() =>
        tracker.observe({
          observation: healthyPara({ relay: { number, hash: hash('01'), stateRoot: hash('02') }, ...change }),
          possible: number + 100,
          relayTime: 0,
          relaySpecVersion: 1,
          fleet: { stoppedTogether: 1, watched: 1 },
        }),
      ),
  };
}

/** What a version wrote that believed a number of its node: a stall at that block. */
async function poisonSnapshot(snapshots: SnapshotStore, relayBlock: number): Promise<void> {
  const runner = await startMachine({
    paraId: 2000,
    snapshots,
    actors: () => ({}),
    now: () => 0,
    onSaved: nobody,
    onSaveFailed: nobody,
  });
  await runner.saved();
  await runner.stop();
  const saved = await snapshots.load(2000);
  if (!saved) throw new Error('nothing was saved');
  const snapshot = saved.snapshot as { value: unknown; context: Record<string, unknown> };
  snapshot.value = 'stalled';
  Object.assign(snapshot.context, {
    relayBlock,
    stalledAt: relayBlock,
    stalledHead: hash('03'),
    stalledContext: 10,
  });
  await snapshots.save(2000, saved, []);
}

const STOPPED: Partial<ParaObservation> = { mostRecentContext: 900 };

describe('what is seen of a para', () => {
  it('goes to the machine and to whoever follows the blocks', async () => {
    const { observe, tracker, feed, runner } = await openTracker();
    await observe(1000);
    expect(tracker.latest()?.stall).toMatchObject({ stalled: false });
    expect(feed.latest(2000)?.relay.number).toBe(1000);
    await observe(1001, STOPPED);
    expect(runner.state()).toBe('stalled');
    expect(runner.context().relayBlock).toBe(1001);
    expect(tracker.incidents.latest()).toMatchObject({ number: 1, proven: { relayBlock: 1001 }, end: null });
  });

  it('is never an older block than the last one, nor the same one twice', async () => {
    const { observe, tracker, feed, runner } = await openTracker();
    await observe(1000);
    await observe(999, STOPPED);
    await observe(1000, STOPPED);
    expect(runner.state()).toBe('healthy');
    expect(tracker.latest()?.observation.mostRecentContext).toBe(998);
    expect(feed.latest(2000)?.mostRecentContext).toBe(998);
  });

  it('is looked at again without a new block when the ledger has changed', async () => {
    const { tracker, observe } = await openTracker();
    await tracker.queue.run(tracker.review);
    expect(tracker.latest()).toBeNull();
    await observe(1000);
    await tracker.queue.run(tracker.review);
    expect(tracker.latest()?.observation.relay.number).toBe(1000);
  });

  it('moves no machine and wakes nobody when nothing proves it, and is shown', async () => {
    const { observe, tracker, feed, runner, watchedOnly } = await openTracker();
    const told = { trust: 'assumed', actable: false } as const;
    await observe(1000, told);
    await observe(1001, { ...STOPPED, ...told });
    await observe(0xffff_fff0, { ...STOPPED, ...told });
    expect(runner.state()).toBe('healthy');
    expect(runner.context().relayBlock).toBe(0);
    expect(feed.latest(2000)).toBeNull();
    expect(tracker.latest()?.stall.stalled).toBe(true);
    expect(tracker.incidents.latest()).toMatchObject({
      noticed: { relayBlock: 1001 },
      proven: null,
      end: null,
    });
    expect(watchedOnly).toEqual([
      [1000, false],
      [1001, true],
      [0xffff_fff0, true],
    ]);
    // A number that nobody proved does not keep back one that somebody did.
    await observe(1002);
    expect(runner.context().relayBlock).toBe(1002);
    await observe(1003, { ...STOPPED, ...told });
    expect(runner.state()).toBe('healthy');
    expect(tracker.latest()?.observation.relay.number).toBe(1002);
  });

  it('moves no machine any more when it is looked at again long after', async () => {
    const { observe, tracker, feed, runner, clock } = await openTracker();
    await observe(1000);
    clock.now = PRESENT_MS + 1;
    await tracker.queue.run(tracker.review);
    expect(tracker.latest()?.observation.relay.number).toBe(1000);
    // A block that is old already when it comes.
    await observe(1001, STOPPED);
    expect(runner.state()).toBe('healthy');
    expect(feed.latest(2000)?.relay.number).toBe(1000);
    clock.now = PRESENT_MS;
    await tracker.queue.run(tracker.review);
    expect(runner.state()).toBe('stalled');
  });

  it.each([0xffff_fff0, 3100])('heals a saved state that rests on relay block %i', async (poison) => {
    const { observe, runner, snapshots } = await openTracker(poison);
    expect(runner.state()).toBe('stalled');
    await observe(1000);
    expect(runner.state()).toBe('healthy');
    expect(runner.context()).toMatchObject({ relayBlock: 1000, stalledAt: null });
    const events = await snapshots.eventsAfter(0, 10);
    expect(events).toContainEqual(expect.objectContaining({ type: 'state-discarded', severity: 'critical' }));
    await observe(1001, STOPPED);
    expect(runner.state()).toBe('stalled');
    expect(runner.context().stalledAt).toBe(1001);
  });

  it('leaves a saved state whose relay block only lies a little ahead', async () => {
    const { observe, runner } = await openTracker(1050);
    await observe(1000, STOPPED);
    expect(runner.context().relayBlock).toBe(1050);
    await observe(1051, { ...STOPPED, head: healthyPara().head });
    expect(runner.context().relayBlock).toBe(1051);
  });
});
