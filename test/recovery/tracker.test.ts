import { describe, expect, it, onTestFinished } from 'vitest';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { createDiagnostician } from '../../src/recovery/para/diagnostician.ts';
import { startMachine } from '../../src/recovery/para/machine-runner.ts';
import { createParaTracker, type WatchedPara } from '../../src/recovery/para/tracker.ts';
import { openStore } from '../../src/store/open.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The node of the para is away. */
const away = () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers'));
const nobody = () => undefined;
const PARA: WatchedPara = {
  id: 2000,
  name: 'Para',
  stallGapBlocks: 8,
  reader: {
    runtimeVersion: away,
    codeHash: away,
    metadata: away,
    knowsHead: away,
    probeNextBlock: away,
    readProof: away,
    prove: away,
    keysPaged: away,
    close: async () => undefined,
  },
  nodes: [],
  contract: null,
};

async function openTracker() {
  const { ledger, snapshots, close } = await openStore(await temporaryFolder());
  const feed = createBlockFeed();
  const runner = await startMachine({
    paraId: 2000,
    snapshots,
    actors: () => ({}),
    now: () => 0,
    onSaved: nobody,
    onSaveFailed: nobody,
  });
  const diagnostician = createDiagnostician(PARA.reader, nobody);
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
    lookBack: async () => ({ otherHeadUntil: null, unknown: null }),
    tell: nobody,
    onAnchor: nobody,
  });
  return {
    runner,
    feed,
    tracker,
    observe: (number: number, change: Partial<ParaObservation> = {}) =>
      tracker.queue.run(() =>
        tracker.observe({
          observation: healthyPara({ relay: { number, hash: hash('01'), stateRoot: hash('02') }, ...change }),
          relaySpecVersion: 1,
          fleet: { stoppedTogether: 1, watched: 1 },
        }),
      ),
  };
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
});
