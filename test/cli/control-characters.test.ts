import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNarrator } from '../../src/demo/narrator.ts';
import { tokenAmount, tokenNamed } from '../../src/domain/amount.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { hash } from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Clears a screen, begins a line anew and fakes one, turns text around, hides, breaks lines, and is half a character. */
const HOSTILE = 'a\u001b[2J\rb\nerror c\u202ed\u200be\u2028f\u009bg\u0000\ufeff';
const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function expectPlain(text: string): void {
  for (const line of text.split('\n')) {
    expect(line).not.toMatch(RAW);
    expect(line).not.toMatch(/^error c/);
  }
}

/** Members of answers that hold text of people, of chains or of nodes. */
const TEXTS = [
  'name',
  'specName',
  'text',
  'sentence',
  'helps',
  'avoid',
  'where',
  'value',
  'reason',
  'message',
  'title',
  'what',
];

/** Members that are lists of such text. */
const LISTS = ['advice', 'remedies', 'warnings', 'unknown'];

/** A service whose texts are all of the hostile kind, as far as its clients take them. */
async function hostileService(): Promise<{
  url: string;
  service: Awaited<ReturnType<typeof openDoor>>['service'];
}> {
  const door = await openDoor();
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const answer = await fetch(`${door.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const spoilt = JSON.stringify(JSON.parse(await answer.text()), (key, value: unknown) =>
      TEXTS.includes(key) && typeof value === 'string' ? HOSTILE : LISTS.includes(key) ? [HOSTILE] : value,
    );
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(spoilt);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, service: door.service };
}

describe('whatever a service tells, no command writes what moves a cursor, hides, turns text around or fakes lines', () => {
  const PARA = ['--para', '2000'];
  const KEY = ['--signer', '//Alice'];
  it.each([
    ['status', ['status']],
    ['status of a para', ['status', ...PARA]],
    ['tally', ['tally', ...PARA]],
    ['vote', ['vote', ...PARA, '--proposal', hash(8), '--choice', 'aye', ...KEY]],
    ['endorse', ['endorse', ...PARA, '--proposal', hash(8), ...KEY]],
    ['chainspec substitute', ['chainspec', 'substitute', '--code', 'approved', ...PARA]],
  ])('%s', async (_name, args) => {
    const { url, service } = await hostileService();
    for (const more of [[], ['--json']]) {
      const { status, stdout, stderr } = await commandLine([...args, ...more, '--url', url]);
      // The para of the sample is stalled, and its code is none that nodes could run; both are said so.
      expect({ status, stderr }).toMatchObject({ status: { status: 3, chainspec: 5 }[args[0] ?? ''] ?? 0 });
      expectPlain(`${stdout}${stderr}`);
    }
    service.failure = new RescueError('RESCUE_STATE_REFUSES', HOSTILE);
    const failed = await commandLine([...args, '--url', url]);
    expect(failed.status).toBe(1);
    expectPlain(`${failed.stdout}${failed.stderr}`);
  });

  it('propose, with the name of the runtime that the service tells', async () => {
    const { url } = await hostileService();
    const file = join(await temporaryFolder(), 'code.wasm');
    await writeFile(file, 'code');
    const args = ['propose', ...PARA, '--code', file, '--text', HOSTILE, ...KEY, '--url', url];
    const { status, stdout, stderr } = await commandLine(args);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toMatch(/^runtime +a\?/m);
    expectPlain(`${stdout}${stderr}`);
  });

  it.each([[[]], [['--json']]])('watch %s', async (more) => {
    const { url, service } = await openDoor();
    service.push(HOSTILE);
    const stop = new AbortController();
    const { stdout } = await commandLine(['watch', ...more, '--url', url], {
      signal: stop.signal,
      onStdout: () => stop.abort(),
    });
    expect(stdout).toContain('2000');
    expectPlain(stdout);
  });
});

it.each([
  ['verify', ['verify']],
  ['policy check', ['policy', 'check']],
  ['a key file', ['vote', '--para', '2000', '--proposal', hash(8), '--choice', 'aye', '--signer-file']],
  ['a configuration', ['serve', '--config']],
])('nor does the name of a file get through, in %s', async (_name, args) => {
  const folder = await mkdtemp(join(await temporaryFolder(), 'a\u001b[2J\u202e\r'));
  const { status, stderr } = await commandLine([...args, join(folder, 'b\u200b')]);
  expect(status).toBe(1);
  expectPlain(stderr);
});

it('nor arguments that are wrong', async () => {
  const { status, stderr } = await commandLine(['tally', '--para', HOSTILE]);
  expect(status).toBe(2);
  expectPlain(stderr.replace('\nerror c', ' '));
});

it('nor the symbol of a token, nor a line of the demo, which has styles of its own', () => {
  expectPlain(tokenAmount(5n, tokenNamed(HOSTILE, 0)));
  let told = '';
  const write = (text: string) => {
    told += text;
  };
  for (const json of [true, false]) {
    createNarrator({ write, json, colours: false, now: () => 0 }).tell('head', HOSTILE, { text: HOSTILE });
  }
  expectPlain(told);
});
