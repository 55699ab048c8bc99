import { describe, expect, it } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { hash, samplePolicy, sampleVote } from '../store/samples.ts';
import { type Door, openDoor } from '../support/http-door.ts';

const put = (door: Door, body: unknown): Promise<Response> =>
  fetch(`${door.url}/v1/paras/2000/policy`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the policy that a rescue contract recorded', () => {
  it('is handed to the service with its defaults filled in', async () => {
    const door = await openDoor();
    const { excluded: _excluded, ...policy } = samplePolicy();
    const response = await put(door, { policy });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ paraId: 2000, action: 'opt-in' });
    expect(door.service.calls).toEqual([['adoptPolicy', 2000, samplePolicy()]]);
  });

  it('goes there and back through the client', async () => {
    const door = await openDoor();
    const optIn = await createServiceClient(door.url).adoptPolicy(2000, samplePolicy());
    expect(optIn.contract).toEqual({ genesis: hash(20), address: expect.stringMatching(/^0x/) });
    expect(door.service.calls).toEqual([['adoptPolicy', 2000, samplePolicy()]]);
    const late = { whileStopped: true };
    await createServiceClient(door.url).adoptPolicy(2000, samplePolicy(), late);
    expect(door.service.calls[1]).toEqual(['adoptPolicy', 2000, samplePolicy(), late]);
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a broken policy', { policy: { ...samplePolicy(), version: 2 } }],
    ['a route without its contract', { policy: { ...samplePolicy(), routes: ['contract'] } }],
    ['something beside the policy', { policy: samplePolicy(), hash: policyHash(samplePolicy()) }],
  ])('is refused when it is %s, and the service is told nothing', async (_name, body) => {
    const door = await openDoor();
    const response = await put(door, body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error: { code: 'RESCUE_POLICY_INVALID' } });
    expect(door.service.calls).toEqual([]);
  });

  it('can be sent only so often in a minute', async () => {
    const door = await openDoor({ limits: { votesPerMinute: 2 } });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1)
      statuses.push((await put(door, { policy: samplePolicy() })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('votes since a relay block', () => {
  const votes = [100, 120, 121].map((admittedAt, index) =>
    sampleVote({ account: hash(0x30 + index), admittedAt }),
  );
  const open = async () => {
    const door = await openDoor();
    door.service.storedVotes = votes;
    return door;
  };

  it.each([
    [0, 3],
    [100, 3],
    [101, 2],
    [121, 1],
    [122, 0],
  ])('%i are those admitted in it or later', async (since, count) => {
    const door = await open();
    expect(await createServiceClient(door.url).votes(2000, since)).toEqual(votes.slice(3 - count));
  });

  it('are all votes when none is named', async () => {
    const door = await open();
    expect(await createServiceClient(door.url).votes(2000)).toHaveLength(3);
  });

  it.each(['-1', '1.5', 'x', '1&since=2', '1&until=3'])('are refused for since=%s', async (query) => {
    const door = await open();
    const response = await fetch(`${door.url}/v1/paras/2000/votes?since=${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
  });
});
