import { expect, it } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import type { FleetRow } from '../../src/domain/fleet/row.ts';
import type { FleetPage } from '../../src/domain/views/fleet.ts';
import { openDoor } from '../support/http-door.ts';

const rowsOf = (count: number): FleetRow[] =>
  Array.from({ length: count }, (_, index) => ({
    paraId: index,
    name: index % 2 === 0 ? `Para ${index}` : null,
    condition: index % 100 === 7 ? 'stalled' : 'healthy',
    sentence: 'its last head is 2 relay blocks old',
    age: 2,
    cause: null,
    configured: false,
  }));

it('gives all paras in pages, which a client puts together', async () => {
  const { service, url } = await openDoor();
  service.rows = rowsOf(2_345);
  const client = createServiceClient(url);
  const all = await client.fleet();
  expect(all.rows).toEqual(service.rows);
  expect(all).toMatchObject({ paras: 2_345, next: null });
  const page = (await (await fetch(`${url}/v1/fleet?after=1000&limit=2`)).json()) as FleetPage;
  expect([page.rows.map(({ paraId }) => paraId), page.next]).toEqual([[1001, 1002], 1002]);
  const { rows } = await client.fleet({ troubled: true });
  expect(rows).toHaveLength(24);
  expect(rows.every(({ condition }) => condition === 'stalled')).toBe(true);
});

it('gives a page anew when anything in it has changed', async () => {
  const { service, url } = await openDoor();
  service.rows = rowsOf(3);
  const ask = async () => ((await (await fetch(`${url}/v1/fleet`)).json()) as FleetPage).rows;
  expect(await ask()).toEqual(service.rows);
  service.rows = service.rows.map((row) => ({ ...row, condition: 'no-core' }));
  expect(await ask()).toEqual(service.rows);
  service.sight = { ...service.sight, blind: 'nobody answers' };
  const page = (await (await fetch(`${url}/v1/fleet`)).json()) as FleetPage;
  expect(page.blind).toBe('nobody answers');
});

it.each(['limit=0', 'limit=1001', 'after=x', 'after=4294967296', 'troubled=yes', 'sort=age'])(
  'refuses ?%s',
  async (query) => {
    const { url } = await openDoor();
    const response = await fetch(`${url}/v1/fleet?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
  },
);

it('tells events of one that is in the list only', async () => {
  const { service, url } = await openDoor();
  service.rows = rowsOf(10);
  service.push('of another');
  service.push('of this', 7);
  service.push('of all', null);
  const stop = new AbortController();
  for await (const event of createServiceClient(url).events({ after: 0, paraId: 7, signal: stop.signal })) {
    expect(event).toMatchObject({ message: 'of this', paraId: 7 });
    stop.abort();
  }
  expect((await fetch(`${url}/v1/events?para=11`)).status).toBe(404);
});
