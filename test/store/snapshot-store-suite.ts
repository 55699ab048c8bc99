import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedSnapshot, SnapshotStore } from '../../src/domain/ports/snapshots.ts';
import { sampleEvent } from './samples.ts';

interface Opened {
  readonly snapshots: SnapshotStore;
  close(): Promise<void>;
}

/** What any implementation of the port must do. `reopen` opens what the store before it left behind. */
export function describeSnapshotStore(
  name: string,
  open: () => Promise<{ reopen(): Promise<Opened> }>,
): void {
  describe(`snapshot store: ${name}`, () => {
    let place: { reopen(): Promise<Opened> };
    let opened: Opened;
    const saved: SavedSnapshot = {
      machine: 'recovery',
      version: 1,
      savedAt: 1_700_000_000_000,
      snapshot: { value: { upgrading: 'submitting' }, context: { list: [1, null, 'ü'] } },
    };

    beforeEach(async () => {
      place = await open();
      opened = await place.reopen();
    });
    afterEach(() => opened.close());

    it('has no snapshot of a para that was never saved', async () => {
      expect(await opened.snapshots.load(2000)).toBeNull();
    });

    it('gives a snapshot back as it was saved, after reopening too', async () => {
      await opened.snapshots.save(2000, saved, []);
      await opened.close();
      opened = await place.reopen();
      expect(await opened.snapshots.load(2000)).toEqual(saved);
      expect(await opened.snapshots.load(2001)).toBeNull();
    });

    it('keeps the last snapshot only', async () => {
      await opened.snapshots.save(2000, saved, []);
      await opened.snapshots.save(2000, { ...saved, snapshot: 'later' }, []);
      expect(await opened.snapshots.load(2000)).toEqual({ ...saved, snapshot: 'later' });
    });

    it('numbers events from 1 on without a hole, over paras, saves, appends and restarts', async () => {
      const first = await opened.snapshots.save(2000, saved, [sampleEvent('a'), sampleEvent('b')]);
      const second = await opened.snapshots.append([sampleEvent('c', 2001)]);
      await opened.close();
      opened = await place.reopen();
      const third = await opened.snapshots.append([sampleEvent('d')]);
      const all = [...first, ...second, ...third];
      expect(all.map(({ id, message }) => [id, message])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
        [4, 'd'],
      ]);
      expect(await opened.snapshots.eventsAfter(0, 100)).toEqual(all);
    });

    it('numbers events consecutively when they are appended at the same time', async () => {
      const written = await Promise.all(
        Array.from({ length: 40 }, (_, index) => opened.snapshots.append([sampleEvent(`event ${index}`)])),
      );
      const ids = written.flat().map(({ id }) => id);
      expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    });

    it('reads events after an id, oldest first, at most as many as asked', async () => {
      await opened.snapshots.append(Array.from({ length: 300 }, (_, index) => sampleEvent(`${index + 1}`)));
      const page = await opened.snapshots.eventsAfter(254, 4);
      expect(page.map(({ id }) => id)).toEqual([255, 256, 257, 258]);
      expect(await opened.snapshots.eventsAfter(300, 10)).toEqual([]);
    });

    it('writes nothing for an empty append', async () => {
      expect(await opened.snapshots.append([])).toEqual([]);
      expect(await opened.snapshots.eventsAfter(0, 10)).toEqual([]);
    });
  });
}
