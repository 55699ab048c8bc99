import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/app/app.ts';
import { loadOperatorToken } from '../../src/app/operator-token.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import { openDoor } from '../support/http-door.ts';
import { openProxy } from '../support/plain-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'ab'.repeat(32);

function retry(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/paras/2000/retry`, { method: 'POST', headers });
}

describe("the operator's acts", () => {
  it('are refused to everybody on this machine who does not have the token', async () => {
    const door = await openDoor({ operatorToken: TOKEN });
    for (const headers of [
      {},
      { authorization: 'Bearer' },
      { authorization: `Bearer ${TOKEN}0` },
      { authorization: `Bearer ${'cd'.repeat(32)}` },
      { authorization: `Basic ${TOKEN}` },
      { via: '1.1 proxy' },
      { origin: 'https://example.org' },
    ] as Record<string, string>[]) {
      const response = await retry(door.url, headers);
      expect(response.status).toBe('authorization' in headers ? 403 : 401);
      expect(await response.json()).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
    }
    expect(door.service.calls).toEqual([]);
  });

  it('are refused through a plain reverse proxy on this machine that says nothing of itself', async () => {
    const door = await openDoor({ operatorToken: TOKEN });
    const proxy = await openProxy(door.url);
    expect((await retry(proxy)).status).toBe(401);
    expect((await retry(await openProxy(door.url, { forward: true }))).status).toBe(401);
    expect(door.service.calls).toEqual([]);
    // The token is the operator, however it comes.
    expect((await retry(proxy, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it('are taken with the token', async () => {
    const door = await openDoor({ operatorToken: TOKEN });
    await createServiceClient(door.url, { operatorToken: TOKEN }).retry(2000);
    expect((await retry(door.url, { authorization: `bearer ${TOKEN}` })).status).toBe(200);
    await createServiceClient(door.url, { operatorToken: TOKEN }).retry(2000, { newRound: true });
    expect(door.service.calls).toEqual([
      ['retry', 2000, { newRound: false }],
      ['retry', 2000, { newRound: false }],
      ['retry', 2000, { newRound: true }],
    ]);
    expect(door.logged()).not.toContain(TOKEN);
  });

  it('are to check the database and to back it up, too', async () => {
    const door = await openDoor({ operatorToken: TOKEN });
    for (const act of ['check', 'backup']) {
      expect((await fetch(`${door.url}/v1/store/${act}`, { method: 'POST' })).status).toBe(401);
    }
    expect(door.service.calls).toEqual([]);
    const client = createServiceClient(door.url, { operatorToken: TOKEN });
    expect(await client.checkStore()).toMatchObject({ findings: [] });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client.backupStore()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toMatch(/^pararescue backup 1/);
    expect(door.service.calls).toEqual([['checkStore'], ['backupStore']]);
  });

  it('are nobody’s where no token was made', async () => {
    const door = await openDoor();
    expect((await retry(door.url, { authorization: 'Bearer ' })).status).toBe(403);
    expect((await retry(door.url, { authorization: 'Bearer null' })).status).toBe(403);
  });

  it('send no token in clear text to another machine', async () => {
    const client = createServiceClient('http://rescue.example.org', { operatorToken: TOKEN });
    await expect(client.retry(2000)).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.not.stringContaining(TOKEN),
    });
  });
});

describe('the token of the operator', () => {
  it('is made once, for the account of the service only', async () => {
    const file = join(await temporaryFolder(), 'database', 'operator-token');
    const token = await loadOperatorToken(file);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await loadOperatorToken(file)).toBe(token);
    expect(await readFile(file, 'utf8')).toBe(`${token}\n`);
  });

  it('that others could read keeps the service from starting, and is not closed to them as if nothing had been', async () => {
    const database = await temporaryFolder();
    const file = join(database, 'operator-token');
    await loadOperatorToken(file);
    await chmod(file, 0o644);
    const config = configSchema.parse({
      relay: { endpoints: ['ws://127.0.0.1:1'] },
      paras: [{ id: 2000, name: 'Sample', endpoints: ['ws://127.0.0.1:1'] }],
      database,
    });
    await expect(openApp(config)).rejects.toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it('is not taken from a file that others can read, that is a link, or that holds something else', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'operator-token');
    await loadOperatorToken(file);
    await chmod(file, 0o640);
    await expect(loadOperatorToken(file)).rejects.toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
    await chmod(file, 0o600);
    await symlink(file, join(folder, 'link'));
    await expect(loadOperatorToken(join(folder, 'link'))).rejects.toMatchObject({
      code: 'RESCUE_CONFIG_INVALID',
    });
    await writeFile(file, 'secret');
    await expect(loadOperatorToken(file)).rejects.toMatchObject({
      code: 'RESCUE_CONFIG_INVALID',
      message: expect.not.stringContaining('secret'),
    });
  });
});
