import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import { createEncodedAnswers } from '../../src/http/encoded-answers.ts';

const MEGABYTE = 1024 * 1024;
const VOTES = 100_000;
const SCRIPT = fileURLToPath(new URL('../support/large-service.mjs', import.meta.url));

/** A service of its own process with many votes, and how much memory it takes. */
async function startService(): Promise<{ readonly url: string; readonly memory: () => Promise<number> }> {
  const child = spawn(process.execPath, ['--expose-gc', SCRIPT, String(VOTES)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (word: string) => {
    const { value } = await lines.next();
    if (!String(value).startsWith(`${word} `)) throw new Error(`the process said ${value}`);
    return String(value).slice(word.length + 1);
  };
  const url = await next('url');
  return {
    url,
    memory: async () => {
      child.stdin.write('memory\n');
      return Number(await next('rss'));
    },
  };
}

/** Asks for `path` and takes the first bytes of the answer only, as long as the test runs. */
function readSlowly(url: string, path: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => {
      socket.pause();
      resolve();
    });
  });
}

it('forty readers who read slowly cost little more than one', async () => {
  const { url, memory } = await startService();
  const before = await memory();
  const page = `/v1/paras/2000/votes`;
  await Promise.all(Array.from({ length: 40 }, () => readSlowly(url, page)));
  expect((await memory()) - before).toBeLessThan(60 * MEGABYTE);

  // Each of these answers has 8, 16 or 42 megabytes: one copy of each, not forty.
  const large = [`/v1/code/0x${'00'.repeat(32)}`, '/v1/paras/2000/substitute', '/v1/paras/2000/evidence'];
  for (const path of large) await readSlowly(url, path);
  const one = await memory();
  for (const path of large) await Promise.all(Array.from({ length: 15 }, () => readSlowly(url, path)));
  expect((await memory()) - one).toBeLessThan(150 * MEGABYTE);
});

it('a hundred thousand votes are read page by page, each once', async () => {
  const { url } = await startService();
  const first = (await (await fetch(`${url}/v1/paras/2000/votes`)).json()) as {
    votes: unknown[];
    next: string;
  };
  expect(first.votes).toHaveLength(1000);
  const votes = await createServiceClient(url).votes(2000);
  expect(votes).toHaveLength(VOTES);
  expect(new Set(votes.map(({ account }) => account)).size).toBe(VOTES);
  const since = await createServiceClient(url).votes(2000, 2000);
  expect(since.every(({ admittedAt }) => admittedAt >= 2000)).toBe(true);
  expect(since).toHaveLength(VOTES - 1900 * 50);
});

it('counts what it takes to keep an answer, so that empty ones cannot be kept without number', () => {
  const answers = createEncodedAnswers(100_000);
  for (let name = 0; name < 1000; name++) answers.keep(String(name), Buffer.from('{"votes":[]}'));
  const kept = Array.from({ length: 1000 }, (_, name) => answers.find(String(name))).filter(Boolean);
  expect(kept.length).toBeGreaterThan(100);
  expect(kept.length).toBeLessThan(300);
});
