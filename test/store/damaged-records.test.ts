import { Level } from 'level';
import { expect, it, onTestFinished } from 'vitest';
import { incidentKey, readinessKey } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleIncident } from './samples.ts';

it('a damaged record on which nobody acts keeps no service from starting, and hides no other one', async () => {
  const folder = await temporaryFolder();
  const before = await openStore(folder);
  for (const paraId of [2000, 2000, 2000]) await before.incidents.begin(sampleIncident({ paraId }));
  await before.readiness.save(2000, []);
  await before.close();
  const level = new Level<Uint8Array, Uint8Array>(folder, { keyEncoding: 'view', valueEncoding: 'view' });
  for (const key of [readinessKey(2000), incidentKey(2000, 2)]) {
    await level.put(key, new TextEncoder().encode('{"check'));
  }
  await level.close();

  const store = await openStore(folder);
  onTestFinished(() => store.close());
  expect(await store.readiness.load(2000)).toEqual([]);
  const { incidents, next } = await store.incidents.page({});
  expect([incidents.map(({ number }) => number), next]).toEqual([[3, 1], null]);
  await expect(store.incidents.get(2)).rejects.toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
  expect(store.safekeeping.findings.map(({ holds }) => holds)).toEqual(['nobody']);
});
