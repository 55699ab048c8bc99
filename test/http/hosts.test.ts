import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openDoor } from '../support/http-door.ts';

/** Status and headers of a request under a name of its own. */
function ask(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', path = '/v1/status' } = {},
): Promise<{ status: number; headers: Record<string, unknown> }> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
    });
    asked.once('error', reject);
    asked.end();
  });
}

describe('the name under which the service is asked', () => {
  it.each([
    'localhost',
    'localhost:9955',
    '127.0.0.1',
    '127.0.0.53:80',
    '[::1]:9955',
    'LOCALHOST',
    'localhost.',
  ])('may be %s', async (host) => {
    const door = await openDoor();
    expect((await ask(door.url, { host })).status).toBe(200);
  });

  it.each([
    'attacker.example',
    'attacker.example:9955',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    '203.0.113.7',
    'user@localhost',
    'localhost/x',
  ])('must not be %j', async (host) => {
    const door = await openDoor();
    expect((await ask(door.url, { host })).status).toBe(421);
    expect((await ask(door.url, { host }, { method: 'POST', path: '/v1/paras/2000/votes' })).status).toBe(
      421,
    );
  });

  it('may be what the operator configured', async () => {
    const door = await openDoor({ hosts: { hosts: ['rescue.example.org'] } });
    expect((await ask(door.url, { host: 'Rescue.Example.org:443' })).status).toBe(200);
    expect((await ask(door.url, { host: 'other.example.org' })).status).toBe(421);
    // What a proxy says of the name it was asked under is nobody's name.
    const forged = { host: 'other.example.org', 'x-forwarded-host': 'rescue.example.org' };
    expect((await ask(door.url, forged)).status).toBe(421);
  });
});

describe('web pages of other origins', () => {
  const preflight = {
    host: 'localhost',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  const ORIGIN = 'https://vote.example.org';

  it('get nothing by default', async () => {
    const door = await openDoor();
    const { headers } = await ask(door.url, { host: 'localhost', origin: ORIGIN });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const asked = await ask(door.url, { ...preflight, origin: ORIGIN }, { method: 'OPTIONS' });
    expect(asked.status).toBe(405);
    expect(asked.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('may read and act if they are configured, never with credentials and never as the operator', async () => {
    const door = await openDoor({ hosts: { origins: [ORIGIN] } });
    const got = await ask(door.url, { host: 'localhost', origin: ORIGIN });
    expect(got.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    expect(got.headers['access-control-allow-credentials']).toBeUndefined();
    const asked = await ask(
      door.url,
      { ...preflight, origin: ORIGIN },
      { method: 'OPTIONS', path: '/v1/paras/2000/votes' },
    );
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-headers']).toBe('content-type, last-event-id');
    const other = await ask(door.url, { host: 'localhost', origin: 'https://other.example.org' });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
    const retry = await ask(
      door.url,
      { ...preflight, origin: ORIGIN },
      { method: 'OPTIONS', path: '/v1/paras/2000/retry' },
    );
    expect(retry.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('may all read where the operator lets them, and act only where theirs is named', async () => {
    const door = await openDoor({ hosts: { origins: ['*', ORIGIN] } });
    const origin = 'https://other.example.org';
    const got = await ask(door.url, { host: 'localhost', origin });
    expect(got.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    const path = '/v1/paras/2000/votes';
    const asked = await ask(door.url, { ...preflight, origin }, { method: 'OPTIONS', path });
    expect(asked.headers['access-control-allow-methods']).toBe('GET');
    expect((await ask(door.url, { host: 'localhost', origin }, { method: 'POST', path })).status).toBe(403);
    const named = await ask(door.url, { ...preflight, origin: ORIGIN }, { method: 'OPTIONS', path });
    expect(named.headers['access-control-allow-methods']).toBe('GET, POST, PUT');
    const operator = await ask(door.url, { host: 'localhost', origin }, { path: '/v1/paras/2000/retry' });
    expect(operator.headers['access-control-allow-origin']).toBeUndefined();
  });
});
