import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import { type Door, openDoor } from '../support/http-door.ts';

/** Lines of the stream, without blank ones. */
async function* linesOf(response: Response): AsyncGenerator<string> {
  let pending = '';
  for await (const chunk of response.body ?? []) {
    pending += Buffer.from(chunk as Uint8Array).toString();
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

async function idsOf(door: Door, count: number, path = '/v1/events', headers = {}): Promise<number[]> {
  const abort = new AbortController();
  const response = await fetch(`${door.url}${path}`, { headers, signal: abort.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const ids: number[] = [];
  for await (const line of linesOf(response)) {
    if (line.startsWith('data: ')) ids.push((JSON.parse(line.slice(6)) as { id: number }).id);
    if (ids.length === count) break;
  }
  abort.abort();
  return ids;
}

/** Resolves when `condition` holds; looks again after everything that happens in between. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the event stream', () => {
  it('tells past events, then live ones', async () => {
    const door = await openDoor();
    door.service.push('past');
    const abort = new AbortController();
    const messages: string[] = [];
    for await (const event of createServiceClient(door.url).events({ after: 0, signal: abort.signal })) {
      messages.push(event.message);
      if (event.message === 'past') door.service.push('live: with\nline feed and ü');
      else abort.abort();
    }
    expect(messages).toEqual(['past', 'live: with\nline feed and ü']);
  });

  it('resumes after Last-Event-ID, else after the query, without a hole or a repeat', async () => {
    const door = await openDoor();
    for (let index = 1; index <= 6; index++) door.service.push(`${index}`);
    expect(await idsOf(door, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await idsOf(door, 2, '/v1/events?after=4')).toEqual([5, 6]);
    expect(await idsOf(door, 3, '/v1/events?after=1', { 'last-event-id': '3' })).toEqual([4, 5, 6]);
  });

  it('tells of one para only when asked, and the heartbeat carries the id reached', async () => {
    const door = await openDoor({ heartbeatMs: 5 });
    door.service.push('mine');
    door.service.push('other', 2001);
    door.service.push('other', 2001);
    const abort = new AbortController();
    const response = await fetch(`${door.url}/v1/events?para=2000`, { signal: abort.signal });
    const seen: string[] = [];
    for await (const line of linesOf(response)) {
      seen.push(line);
      if (line === 'id: 3') break;
    }
    abort.abort();
    expect(seen).toContain(': heartbeat');
    expect(seen.filter((line) => line.startsWith('data: '))).toHaveLength(1);
  });

  it.each(['/v1/events?after=-1', '/v1/events?para=x', '/v1/events?unknown=1'])(
    'refuses %s',
    async (path) => {
      const door = await openDoor();
      const response = await fetch(`${door.url}${path}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
    },
  );

  it('refuses an unknown para and a malformed Last-Event-ID', async () => {
    const door = await openDoor();
    expect((await fetch(`${door.url}/v1/events?para=7`)).status).toBe(404);
    expect((await fetch(`${door.url}/v1/events`, { headers: { 'last-event-id': 'x' } })).status).toBe(400);
  });

  it('stops reading from the service when the reader has gone', async () => {
    const door = await openDoor();
    const abort = new AbortController();
    await fetch(`${door.url}/v1/events`, { signal: abort.signal });
    await until(() => door.service.readers === 1);
    abort.abort();
    await until(() => door.service.readers === 0);
  });

  it('refuses more streams than its limit and takes one again when another has ended', async () => {
    const door = await openDoor({ limits: { maxEventStreams: 1 } });
    const abort = new AbortController();
    await fetch(`${door.url}/v1/events`, { signal: abort.signal });
    expect((await fetch(`${door.url}/v1/events`)).status).toBe(503);
    abort.abort();
    await until(() => door.service.readers === 0);
    door.service.push('again');
    expect(await idsOf(door, 1)).toEqual([1]);
  });

  it('ends with the stream complete when the server closes', async () => {
    const door = await openDoor();
    door.service.push('last');
    const response = await fetch(`${door.url}/v1/events`);
    const lines = linesOf(response);
    let line = (await lines.next()).value;
    while (!line?.startsWith('data: ')) line = (await lines.next()).value;
    await door.server.close();
    expect((await lines.next()).done).toBe(true);
    expect(door.service.readers).toBe(0);
  });

  it('reports a failure of the service inside the stream with its code', async () => {
    const door = await openDoor();
    door.service.events = async function* () {
      yield* [];
      throw new Error('secret place');
    };
    const read = async () => {
      const signal = new AbortController().signal;
      for await (const event of createServiceClient(door.url).events({ after: 0, signal }))
        expect(event).toBeNull();
    };
    await expect(read()).rejects.toMatchObject({
      code: 'RESCUE_INTERNAL',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('reads no further from the service than a slow reader takes', async () => {
    const door = await openDoor();
    const total = 20_000;
    for (let index = 0; index < total; index++) door.service.push('x'.repeat(1000));
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.pause();
    socket.write('GET /v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    let before = -1;
    // Quiet means that nothing was taken over many turns of the event loop, with the reader not reading.
    for (let quiet = 0; quiet < 200; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      quiet = door.service.taken > 0 && door.service.taken === before ? quiet + 1 : 0;
      before = door.service.taken;
    }
    expect(door.service.taken).toBeLessThan(total);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.resume();
    await until(() => door.service.taken === total && bytes > total * 1000);
    socket.destroy();
  });
});
