import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/domain/ports/journal.ts';
import { hash, sampleEntry } from './samples.ts';

interface Opened {
  readonly journal: Journal;
  close(): Promise<void>;
}

/** What any implementation of the port must do. */
export function describeJournal(name: string, open: () => Promise<{ reopen(): Promise<Opened> }>): void {
  describe(`journal: ${name}`, () => {
    let place: { reopen(): Promise<Opened> };
    let opened: Opened;
    const key = `2000/${hash(0xaa)}/1/registrar/schedule-code`;

    beforeEach(async () => {
      place = await open();
      opened = await place.reopen();
    });
    afterEach(() => opened.close());

    it('knows nothing of a step that was never signed', async () => {
      expect(await opened.journal.get(key)).toBeNull();
      expect(await opened.journal.list(2000)).toEqual([]);
    });

    it('gives an entry back byte for byte after reopening', async () => {
      const entry = sampleEntry(key, { lost: [sampleEntry(key).extrinsic], note: 'second attempt' });
      await opened.journal.put(entry);
      await opened.close();
      opened = await place.reopen();
      expect(await opened.journal.get(key)).toEqual(entry);
    });

    it.each(['signed', 'sent', 'done', 'failed'] as const)('keeps an entry that is %s', async (status) => {
      await opened.journal.put(sampleEntry(key, { status }));
      expect((await opened.journal.get(key))?.status).toBe(status);
    });

    it('replaces the entry of the same step', async () => {
      await opened.journal.put(sampleEntry(key));
      await opened.journal.put(sampleEntry(key, { status: 'done' }));
      expect(await opened.journal.list(2000)).toEqual([sampleEntry(key, { status: 'done' })]);
    });

    it('lists the steps of one para only, even when ids share digits', async () => {
      await opened.journal.put(sampleEntry(key));
      await opened.journal.put(sampleEntry('200/x'));
      await opened.journal.put(sampleEntry('20000/x'));
      await opened.journal.put(sampleEntry('4294967295/x'));
      const keys = async (paraId: number) => (await opened.journal.list(paraId)).map((entry) => entry.key);
      expect(await keys(2000)).toEqual([key]);
      expect(await keys(200)).toEqual(['200/x']);
      expect(await keys(4294967295)).toEqual(['4294967295/x']);
    });
  });
}
