import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PageFiles, readPage } from '../../src/http/page-files.ts';
import { openDoor } from '../support/http-door.ts';

const SCRIPT = 'console.log("a script that is long enough to be worth it");'.repeat(20);
let files: PageFiles | null;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'assets/main-abc.js'), SCRIPT);
  await writeFile(join(folder, 'assets/main-abc.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'assets/worker-abc.js'), SCRIPT);
  await writeFile(join(folder, 'assets/notes.txt'), 'nothing of the page');
  files = await readPage(folder);
  await rm(folder, { recursive: true });
});

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** `fetch` would decompress, and set the name of the host itself. */
function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  it('comes with rules that let nothing in from elsewhere, and is asked for anew each time', async () => {
    const { url } = await openDoor({ page: { files, public: false } });
    const { status, headers, body } = await get(`${url}/`);
    expect(status).toBe(200);
    expect(body.toString()).toContain('<title>page</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    const again = await get(`${url}/`, { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('has files that are kept for ever, compressed beforehand for those who take it', async () => {
    const { url } = await openDoor({ page: { files, public: false } });
    const path = `${url}/assets/main-abc.js`;
    const packed = await get(path, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(packed.body.equals(brotliCompressSync(SCRIPT))).toBe(true);
    for (const taken of ['gzip', 'br;q=0', 'identity', '']) {
      const plain = await get(path, { 'accept-encoding': taken });
      expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, SCRIPT]);
    }
  });

  it('lets only its workers run WebAssembly', async () => {
    const { url } = await openDoor({ page: { files, public: false } });
    const policyOf = async (path: string) => (await get(`${url}${path}`)).headers['content-security-policy'];
    expect(await policyOf('/assets/worker-abc.js')).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(await policyOf('/assets/main-abc.js')).toContain("script-src 'self';");
  });

  it('has no other files', async () => {
    const { url } = await openDoor({ page: { files, public: false } });
    for (const name of ['notes.txt', 'main-abc.js.br', 'other.js', '..%2findex.html', 'index.html']) {
      expect((await get(`${url}/assets/${name}`)).status, name).toBe(404);
    }
  });

  it('is for this machine only, unless it is public', async () => {
    const hosts = { hosts: ['rescue.example.org'] };
    const asked = async (page: { files: typeof files; public: boolean }) => {
      const { url } = await openDoor({ hosts, page });
      const { status, body } = await get(`${url}/`, { host: 'rescue.example.org' });
      return [status, body.toString()];
    };
    expect(await asked({ files, public: false })).toEqual([404, expect.stringContaining('http.page.public')]);
    expect(await asked({ files, public: true })).toEqual([
      200,
      expect.stringContaining('<title>page</title>'),
    ]);
  });

  it('can be left out, and says so', async () => {
    for (const [page, words] of [
      [null, 'switched it off'],
      [{ files: null, public: true }, 'npm run build'],
    ] as const) {
      const { url } = await openDoor({ page });
      const { status, body } = await get(`${url}/`);
      expect([status, body.toString()]).toEqual([404, expect.stringContaining(words)]);
      expect((await get(`${url}/v1/status`)).status).toBe(200);
    }
    expect(await readPage(join(tmpdir(), 'pararescue-no-such-folder'))).toBeNull();
  });
});

describe('what the page is told', () => {
  it('is what changed, at once and whole, within the places that streams have', async () => {
    const { url, service } = await openDoor({ limits: { eventStreamsPerClient: 1 } });
    const stop = new AbortController();
    const response = await fetch(`${url}/v1/live`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let got = '';
    const until = async (words: string) => {
      while (!got.includes(words)) got += (await reader?.read())?.value ?? '';
    };
    await until('"condition"');
    expect((await fetch(`${url}/v1/live`)).status).toBe(429);
    expect((await fetch(`${url}/v1/events`)).status).toBe(429);
    service.sight = { ...service.sight, blind: 'nobody answers' };
    await until('nobody answers');
    stop.abort();
    expect(await (await fetch(`${url}/v1/paras/2000/heads`)).json()).toEqual({
      heads: [{ relayBlock: 119, at: 1_700_000_000_000, number: 29 }],
    });
  });
});
