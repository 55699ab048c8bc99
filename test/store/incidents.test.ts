import { join } from 'node:path';
import { expect, it } from 'vitest';
import { restoreBackup, writeBackup } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleIncident } from './samples.ts';

it('incidents of all paras have one numbering, are read in pages, newest first, and come back out of a backup', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'database'));
  const { begin, page, last, get, put } = store.incidents;
  // The highest para id first: numbers are of their own, not of the keys' order.
  const paras = [0xffff_ffff, 2000, 2000, 1, 2000];
  for (const paraId of paras) await begin(sampleIncident({ paraId, end: null }));
  const numbers = async (wanted: Parameters<typeof page>[0]) => {
    const { incidents, next } = await page(wanted);
    return [incidents.map(({ number }) => number), next];
  };
  expect(await numbers({})).toEqual([[5, 4, 3, 2, 1], null]);
  expect(await numbers({ limit: 2 })).toEqual([[5, 4], 4]);
  expect(await numbers({ limit: 2, before: 4 })).toEqual([[3, 2], 2]);
  expect(await numbers({ limit: 2, before: 2 })).toEqual([[1], null]);
  expect(await numbers({ paraId: 2000, limit: 2 })).toEqual([[5, 3], 3]);
  expect(await numbers({ paraId: 2000, before: 3 })).toEqual([[2], null]);
  expect(await last(2000)).toMatchObject({ number: 5, end: null });
  expect(await last(7)).toBeNull();
  await put(sampleIncident({ number: 3, route: 'contract' }));
  expect(await get(3)).toMatchObject({ number: 3, paraId: 2000, route: 'contract' });
  expect(await get(6)).toBeNull();

  const check = await store.safekeeping.check();
  expect(check.findings).toEqual([]);
  expect(check.paras).toContainEqual({ paraId: 2000, kind: 'incident', count: 3 });
  await writeBackup(store.safekeeping.backup(), join(folder, 'backup'));
  await store.close();
  await restoreBackup(join(folder, 'backup'), join(folder, 'restored'));
  const restored = await openStore(join(folder, 'restored'));
  expect(await restored.incidents.get(3)).toEqual(sampleIncident({ number: 3, route: 'contract' }));
  expect(await restored.incidents.begin(sampleIncident())).toMatchObject({ number: 6 });
  await restored.close();
});
