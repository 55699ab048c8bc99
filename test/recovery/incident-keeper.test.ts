import { describe, expect, it, onTestFinished } from 'vitest';
import { newEvent } from '../../src/domain/events.ts';
import type { IncidentLook } from '../../src/domain/incidents/look.ts';
import { createIncidentKeeper } from '../../src/recovery/para/incident-keeper.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { HEAD, hash, ROUND, sampleEntry } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const STALLED: IncidentLook = {
  paraId: 2000,
  relayBlock: 1000,
  at: 1_700_000_000_000,
  trust: 'justified',
  proven: true,
  head: { hash: HEAD, number: 30 },
  context: 900,
  headSeenAt: null,
  relayTime: null,
  codeHash: null,
  locked: null,
  own: null,
  stopped: true,
  registered: true,
  sighted: true,
  belief: { cause: 'collators-down', sentence: 'no collator', confidence: null },
  rescue: { state: 'stalled', roundId: null, round: 0, approved: null, route: null, lockAgain: false },
  counted: null,
};
const at = (relayBlock: number, change: Partial<IncidentLook> = {}): IncidentLook => ({
  ...STALLED,
  relayBlock,
  at: STALLED.at + relayBlock,
  ...change,
});
const alive = (relayBlock: number) =>
  at(relayBlock, {
    stopped: false,
    head: { hash: hash(0xab), number: 31 },
    context: relayBlock - 2,
    rescue: { ...STALLED.rescue, state: 'healthy' },
  });

const keeperOn = (
  store: Store,
  awaySince: { relayBlock: number; at: number } | null = null,
  tell: (name: string, data: object) => void = () => undefined,
) =>
  createIncidentKeeper({
    tell,
    paraId: 2000,
    incidents: store.incidents,
    log: store.snapshots,
    journal: store.journal,
    settled: async () => undefined,
    awaySince,
  });

async function openFolder() {
  const folder = await temporaryFolder();
  let store = await openStore(folder);
  onTestFinished(() => store.close());
  return {
    get store() {
      return store;
    },
    again: async () => {
      await store.close();
      store = await openStore(folder);
      return store;
    },
  };
}

const sent = (paraId: number) =>
  newEvent({ paraId, relayBlock: 1001 }, 'step-sent', {
    title: 'schedule',
    chain: 'relay chain',
    extrinsic: hash(7),
  });

describe('incidents of a para', () => {
  it('tell what remains to be done when they end, and only then', async () => {
    const { store } = await openFolder();
    const told: unknown[] = [];
    const keeper = await keeperOn(store, null, (name, data) => told.push([name, data]));
    await keeper.look(at(1000));
    const rescued = { own: { codeHash: hash(6), specVersion: 7 }, codeHash: hash(9), locked: true };
    await keeper.look({ ...alive(1010), ...rescued });
    await keeper.look({ ...alive(1020), ...rescued });
    const [incident] = (await store.incidents.page({})).incidents;
    const aftercare = incident?.end?.aftercare ?? [];
    expect(aftercare).toHaveLength(3);
    expect(told).toEqual([['aftercare', { incident: 1, locked: true, aftercare }]]);
  });

  it('name extrinsics that only the journal knows, because the process died before it could tell', async () => {
    const { store } = await openFolder();
    const keeper = await keeperOn(store);
    const rescue = { ...STALLED.rescue, state: 'upgrading.carryingOut', roundId: ROUND.roundId, round: 1 };
    await keeper.look(at(1000, { rescue }));
    for (const key of [`2000/${ROUND.roundId}/registrar/schedule-code`, `2000/${hash(1)}/registrar/lock`]) {
      await store.journal.put(sampleEntry(key));
    }
    await keeper.look(alive(1010));
    const [incident] = (await store.incidents.page({})).incidents;
    expect(incident?.acts.entries).toEqual([
      {
        event: 0,
        relayBlock: 1010,
        at: STALLED.at + 1010,
        type: 'journal',
        message: expect.stringMatching(/^schedule-code: .*by the journal$/),
        extrinsic: sampleEntry('').extrinsic.hash,
      },
    ]);
  });

  it('are opened once over restarts, take in what was told while nobody looked, and end once', async () => {
    const folder = await openFolder();
    await folder.store.snapshots.append([sent(2000)]);
    const first = await keeperOn(folder.store);
    expect(first.latest()).toBeNull();
    await first.look(at(1000));
    await first.look(at(1001));
    await folder.store.snapshots.append([sent(2000), sent(2001)]);
    const second = await keeperOn(await folder.again());
    expect(second.latest()).toMatchObject({ number: 1, noticed: { relayBlock: 1000 }, end: null });
    await second.look(at(1002));
    await second.look(alive(1010));
    await second.look(alive(1011));
    const third = await keeperOn(await folder.again());
    expect(third.latest()).toMatchObject({ number: 1, end: { relayBlock: 1010 } });
    await third.look(alive(1012));
    const { incidents } = await folder.store.incidents.page({});
    expect(incidents).toHaveLength(1);
    // The event before it is none of its own, nor that of another para.
    expect(incidents[0]?.acts.entries.map(({ event }) => event)).toEqual([2]);
    expect(incidents[0]?.beliefs.entries).toHaveLength(1);
  });

  it('say when the service did not run', async () => {
    const folder = await openFolder();
    await (await keeperOn(folder.store)).look(at(1000));
    const back = await keeperOn(await folder.again(), { relayBlock: 1000, at: 5 });
    await back.look(at(1200));
    await back.look(at(1201));
    const { incidents } = await folder.store.incidents.page({ paraId: 2000 });
    expect(incidents[0]?.blind.entries).toEqual([
      {
        from: { relayBlock: 1000, at: 5 },
        to: { relayBlock: 1200, at: STALLED.at + 1200 },
        why: 'the service did not run',
      },
    ]);
  });

  it('are two when the para recovered and stopped again while nobody looked', async () => {
    const { store } = await openFolder();
    const keeper = await keeperOn(store);
    await keeper.look(at(1000));
    const elsewhere = { head: { hash: hash(0xab), number: 31 }, context: 1090 };
    await keeper.look(at(1200, { ...elsewhere, rescue: { ...STALLED.rescue, state: 'healthy' } }));
    await keeper.look(at(1201, elsewhere));
    const { incidents } = await store.incidents.page({});
    expect(incidents.map(({ number, onset, end }) => [number, onset.relayBlock, end?.relayBlock])).toEqual([
      [2, 1090, undefined],
      [1, 900, 1200],
    ]);
  });
});
