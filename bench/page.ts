// The page in a real Chromium: `node dist/bench/page.js [votes]`, 100 000 votes by default. How long until there is something to see, from
// loopback and with nothing in the browser's cache; what is loaded for it; and a bundle of so many votes, recomputed in the browser and by
// `pararescue verify`'s own code in Node.js, on the same machine one after the other.
import { createReadStream, createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createLogger } from '../src/http/logger.ts';
import { readPage } from '../src/http/page-files.ts';
import { createHttpServer } from '../src/http/server.ts';
import { verifyOnThreads } from '../src/threads/verify-on-threads.ts';
import { signaturesReady } from '../src/voting/ballots/signature.ts';
import { writeEvidence } from '../src/voting/evidence/writer.ts';
import { openBrowser } from '../test/support/browser.ts';
import { RecordingService } from '../test/support/recording-service.ts';
import { sampleEvidence } from '../test/voting/evidence-sample.ts';

const LOADS = 9;
const WANTED = { firstMs: 300, bytes: 150 * 1024 };
const [votes = 100_000] = process.argv.slice(2).map(Number);

const files = await readPage(fileURLToPath(new URL('../web', import.meta.url)));
if (files === null) throw new Error('the page is not built: npm run build');
const server = createHttpServer({
  service: new RecordingService(),
  log: createLogger({ level: 'silent', pretty: false }),
  page: { files, public: false },
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
const browser = await openBrowser();
try {
  await firstLoads();
  await verified();
} finally {
  await browser.close();
  await server.close();
}

/** A page of a browser that has nothing of it yet. */
async function open(): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(1_800_000);
  return context.newPage();
}

async function firstLoads(): Promise<void> {
  const first: number[] = [];
  const content: number[] = [];
  let bytes = 0;
  for (let load = 0; load < LOADS; load++) {
    const page = await open();
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (new URL(request.url()).pathname.startsWith('/v1/')) return;
      sizes.push(
        request
          .sizes()
          .then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      );
    });
    await page.goto(url);
    await page.locator('h2').first().waitFor();
    content.push(Number(await page.evaluate('performance.now()')));
    first.push(
      Number(
        await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"),
      ),
    );
    bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    await page.context().close();
  }
  report('first content painted', `${median(first).toFixed(0)} ms`, median(first) < WANTED.firstMs);
  report(
    'what the service says, shown',
    `${median(content).toFixed(0)} ms`,
    median(content) < WANTED.firstMs,
  );
  report('loaded for it', `${(bytes / 1024).toFixed(0)} KiB`, bytes < WANTED.bytes);
}

async function verified(): Promise<void> {
  await signaturesReady();
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-page-'));
  try {
    const file = join(folder, 'evidence.jsonl');
    await pipeline(Readable.from(writeEvidence(sampleEvidence(votes))), createWriteStream(file));
    const before = performance.now();
    const { failed } = await verifyOnThreads(createReadStream(file, { highWaterMark: 1024 * 1024 }), {});
    if (failed !== null) throw new Error(`it fails at ${failed}`);
    const node = performance.now() - before;
    const memory = watchMemory();
    const page = await open();
    await page.goto(`${url}/#/verify`);
    const input = page.getByLabel(/Drop an evidence file/);
    await input.waitFor();
    const started = performance.now();
    await input.setInputFiles(file);
    await page.getByRole('heading', { name: 'Everything that it covers holds' }).waitFor();
    const inBrowser = performance.now() - started;
    const peak = memory.stop();
    const ratio = (inBrowser / node).toFixed(2);
    console.log(
      `${votes} votes in Node.js: ${(node / 1000).toFixed(1)} s; in the browser: ${(inBrowser / 1000).toFixed(1)} s, ${ratio} times as long`,
    );
    console.log(`  the page's process took ${peak.toFixed(0)} MiB at most`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The largest of the browser's processes that render pages, a few times a second; on Linux only. */
function watchMemory(): { stop(): number } {
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, ...renderersOf(process.pid));
  }, 200);
  return {
    stop: () => {
      clearInterval(look);
      return peak;
    },
  };
}

/** MiB in memory of each process below `root` that renders a page. */
function renderersOf(root: number): number[] {
  if (process.platform !== 'linux') return [0];
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const number = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
        const renders = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('--type=renderer');
        return [{ pid: Number(name), parent: number('PPid'), mebibytes: number('VmRSS') / 1024, renders }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(parents.get(pid) ?? 0));
  return processes.filter(({ pid, renders }) => renders && isBelow(pid)).map(({ mebibytes }) => mebibytes);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function report(what: string, figure: string, isFine: boolean): void {
  console.log(`${what}: ${figure}${isFine ? '' : ' (more than is wanted)'}`);
  if (!isFine) process.exitCode = 1;
}
