import { readdirSync, readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { createFairQueue } from '../../src/domain/concurrency/fair-queue.ts';
import { STATUS } from '../../src/http/error-replies.ts';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { RESOURCES } from '../../src/http/server.ts';
import { createHeavyThread } from '../../src/threads/heavy-thread.ts';
import { RecordingService } from '../support/recording-service.ts';

const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

/** Every `METHOD /path` that the resources add to a server; HEAD comes with each GET. */
async function served(): Promise<string[]> {
  const server = Fastify();
  const routes: string[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) if (name !== 'HEAD') routes.push(`${name} ${url}`);
  });
  const context = {
    service: new RecordingService(),
    limits: {
      maxCodeBytes: 1,
      maxConnections: 1,
      maxEventStreams: 1,
      connectionsPerClient: 1,
      eventStreamsPerClient: 1,
      votesPerMinute: 1,
      readsPerMinute: 1,
    },
    clientOf: () => '',
    throttle: async () => undefined,
    weigh: () => undefined,
    streams: {
      open: () => {
        throw new Error('nothing is asked');
      },
    },
    page: null,
    requireOperator: () => undefined,
    heavy: createFairQueue({ width: 1, longest: 1 }),
    thread: createHeavyThread(),
    closing: new AbortController().signal,
    heartbeatMs: 1000,
    uploadMs: 1000,
  };
  for (const resource of RESOURCES) resource(server, context);
  await server.ready();
  return routes.sort();
}

/** `status CODE` of every error that is thrown with a status of its own, read from the sources. */
function thrownWithStatus(): string[] {
  const folder = new URL('../../src/http/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(/new HttpError\(\s*(\d+),\s*'(RESCUE_\w+)'/g)].map(
      ([, status, code]) => `${status} ${code}`,
    ),
  );
}

/** What the framework, or the reader of bytes that are no request, answers by itself: body, media type, headers. */
const BY_FRAMEWORK = ['413', '415', '431'].map((status) => `${status} RESCUE_REQUEST_INVALID`);

/** `status CODE` of every row of the page's table of errors. */
function documentedErrors(): string[] {
  const rows = [...page.matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.*) \|$/gm)];
  return rows.flatMap(([, statuses = '', codes = '']) =>
    statuses
      .split(', ')
      .flatMap((status) => [...codes.matchAll(/`(RESCUE_\w+)`/g)].map(([, code]) => `${status} ${code}`)),
  );
}

it('docs/http-api.md lists exactly the routes that are served', async () => {
  const documented = [...page.matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(([, route]) => route);
  expect(documented.sort()).toEqual(await served());
  expect(documented.length).toBeGreaterThan(15);
});

it('the OpenAPI document describes exactly the routes that are served', async () => {
  const programs = (await served()).filter((route) => / \/(?:health|v1\/)/.test(route));
  expect(Object.keys(OPERATIONS).sort()).toEqual(programs);
  const ids = Object.values(OPERATIONS).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('schemas/openapi.json is that document, and each of its references leads somewhere', () => {
  const document = openApiDocument();
  const kept = readFileSync(new URL('../../schemas/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(kept), 'run npm run docs').toEqual(JSON.parse(JSON.stringify(document)));
  const references = [...kept.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path = '']) => path.split('/'));
  expect(references.length).toBeGreaterThan(100);
  for (const path of references) {
    let found: unknown = document;
    for (const name of path) found = (found as Record<string, unknown>)[name];
    expect(found, path.join('/')).toBeTypeOf('object');
  }
});

it('docs/http-api.md has every code under the statuses with which it is answered, and no other', () => {
  const answered = [
    ...Object.entries(STATUS).map(([code, status]) => `${status} ${code}`),
    ...thrownWithStatus(),
    ...BY_FRAMEWORK,
    // A code without a status of its own; the row says so for all the others.
    '500 RESCUE_INTERNAL',
  ];
  expect(documentedErrors().sort()).toEqual([...new Set(answered)].sort());
});
