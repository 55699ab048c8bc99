import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NewServiceEvent } from '../../src/domain/events.ts';
import type { SavedSnapshot, SnapshotStore } from '../../src/domain/ports/snapshots.ts';
import { type MachineRunner, startMachine } from '../../src/recovery/para/machine-runner.ts';
import { advanced, facts } from '../machines/machine-driver.ts';

/** A database whose writes end when the test says so. */
function slowStore() {
  const written: SavedSnapshot[] = [];
  const waiting: (() => void)[] = [];
  const store: SnapshotStore = {
    load: async () => null,
    save: async (_, saved) => {
      if (written.length > 0 || waiting.length > 0) await new Promise<void>((end) => waiting.push(end));
      written.push(saved);
      return [];
    },
    append: async () => [],
    lastEventId: async () => 0,
    eventsAfter: async () => [],
  };
  return { store, written, endOne: () => waiting.shift()?.() };
}

async function start(snapshots: SnapshotStore): Promise<MachineRunner> {
  return startMachine({
    paraId: 2000,
    snapshots,
    actors: () => ({}),
    now: () => 0,
    onSaved: () => undefined,
    onSaveFailed: (error) => {
      throw error;
    },
  });
}

/** Lets everything run that waits for nothing outside. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a round of before rounds had ids', () => {
  const stored = (file: string) =>
    JSON.parse(readFileSync(new URL(`../fixtures/snapshots-v2/${file}.json`, import.meta.url), 'utf8'));

  async function startWith(file: string) {
    const told: NewServiceEvent[] = [];
    const { store } = slowStore();
    const snapshots: SnapshotStore = {
      ...store,
      load: async () => stored(file),
      save: async (_, __, events) => {
        told.push(...events);
        return [];
      },
    };
    const runner = await start(snapshots);
    await runner.stop();
    return { runner, told };
  }

  it('is told to be void, once, when it was open for votes', async () => {
    const { runner, told } = await startWith('registrar-voting-later');
    const { context } = stored('registrar-voting-later').snapshot;
    expect(told).toMatchObject([
      {
        type: 'round-void',
        severity: 'critical',
        data: { round: context.round, anchor: context.anchor.head.hash },
        message: expect.stringContaining('propose, endorse and vote again'),
      },
    ]);
    expect(runner.state()).toBe('optInRescue');
  });

  it.each(['registrar-optInRescue-anchored', 'registrar-upgrading-carryingOut', 'registrar-escalated'])(
    'is not, when nobody could vote in it: %s',
    async (file) => {
      const { told } = await startWith(file);
      expect(told.filter(({ type }) => type === 'round-void')).toEqual([]);
    },
  );
});

describe('what a machine went through', () => {
  it('counts as saved only when every transition up to then is on disk, in order', async () => {
    const { store, written, endOne } = slowStore();
    const runner = await start(store);
    runner.send({ type: 'OBSERVED', facts: facts(55) });
    runner.send({ type: 'OBSERVED', facts: advanced(56, 1) });
    let saved = false;
    const waited = runner.saved().then(() => {
      saved = true;
    });
    await settle();
    expect([written.length, saved]).toEqual([1, false]);
    endOne();
    await settle();
    expect([written.length, saved]).toEqual([2, false]);
    endOne();
    await waited;
    expect(written.map(({ snapshot }) => (snapshot as { value: unknown }).value)).toEqual([
      'healthy',
      'stalled',
      'healthy',
    ]);
    await runner.stop();
  });
});
