import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { blake, hash } from '../store/samples.ts';
import { type Door, openDoor } from '../support/http-door.ts';
import { CODE } from '../support/recording-service.ts';

const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');
/** Paths of all resources, which docs/http-api.md is held to list, and what is asked for at each. */
const PATHS = [
  ...new Set([...page.matchAll(/^\| `[A-Z]+ (\/[^`]*)` \|/gm)].map(([, path = '']) => path)),
].map(
  (template) =>
    [
      template
        .replace(':id', '2000')
        .replace(':number', '3')
        .replace(':hash', blake(CODE))
        .replace(':account', hash(3))
        .replace(':file', 'main.js'),
      template,
    ] as const,
);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT'];
const OPERATOR = 'authorization: Bearer a-token';
const JSON_TYPE = 'content-type: application/json';
const CODE_TYPE = 'content-type: application/octet-stream';
const sized = (body: string | Buffer) => `content-length: ${Buffer.byteLength(body)}`;
const zipped = gzipSync('{"a":1}');

/** Headers and what follows them, of requests that no honest client sends. */
const EXCHANGES: readonly (readonly [what: string, headers: readonly string[], body?: string | Buffer])[] = [
  ['nothing', []],
  ['a length of nothing', ['content-length: 0', JSON_TYPE]],
  ['JSON', [JSON_TYPE, sized('{"a":1}')], '{"a":1}'],
  ['JSON null', [JSON_TYPE, sized('null')], 'null'],
  ['JSON list', [JSON_TYPE, sized('[[]]')], '[[]]'],
  ['JSON with a prototype', [JSON_TYPE, sized('{"__proto__":{}}')], '{"__proto__":{}}'],
  ['JSON in another charset', ['content-type: application/json; charset=utf-16', sized('{}')], '{}'],
  ['JSON by its family', ['content-type: application/ld+json', sized('{}')], '{}'],
  ['code', [CODE_TYPE, sized('asm')], 'asm'],
  ['code in pieces', [CODE_TYPE, 'transfer-encoding: chunked'], '3\r\nasm\r\n0\r\n\r\n'],
  ['text', ['content-type: text/plain', sized('a')], 'a'],
  ['a form', ['content-type: multipart/form-data; boundary=a', sized('--a--')], '--a--'],
  ['no type', [sized('a')], 'a'],
  ['a broken type', ['content-type: /', sized('a')], 'a'],
  ['two types', [JSON_TYPE, CODE_TYPE, sized('{}')], '{}'],
  ['two lengths', [JSON_TYPE, 'content-length: 2', 'content-length: 3'], '{}'],
  [
    'length and pieces',
    [JSON_TYPE, 'content-length: 2', 'transfer-encoding: chunked'],
    '2\r\n{}\r\n0\r\n\r\n',
  ],
  ['JSON in pieces', [JSON_TYPE, 'transfer-encoding: chunked'], '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n'],
  ['pieces with a trailer', [JSON_TYPE, 'transfer-encoding: chunked'], '2\r\n{}\r\n0\r\nx: y\r\n\r\n'],
  ['pieces of a wrong size', [JSON_TYPE, 'transfer-encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
  ['another transfer', [JSON_TYPE, 'transfer-encoding: gzip'], '{}'],
  ['a negative length', [JSON_TYPE, 'content-length: -1'], '{}'],
  ['an endless length', [JSON_TYPE, `content-length: ${'9'.repeat(30)}`], '{}'],
  ['gzip', [JSON_TYPE, 'content-encoding: gzip', sized(zipped)], zipped],
  ['gzip of code', [CODE_TYPE, 'content-encoding: gzip', sized(zipped)], zipped],
  ['no encoding', [JSON_TYPE, 'content-encoding: identity', sized('{}')], '{}'],
  ['a question first', [JSON_TYPE, 'expect: 100-continue', sized('{}')], '{}'],
  ['another question first', [JSON_TYPE, 'expect: a-miracle', sized('{}')], '{}'],
  ['another protocol', ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: AAAA']],
  ['another HTTP', ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQ']],
  ['bytes that are no UTF-8', [JSON_TYPE, 'content-length: 4'], Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  [
    'wrong tokens',
    ['authorization: Bearer', 'x-forwarded-for: ,,,', 'last-event-id: -1', 'range: bytes=5-1'],
  ],
];

/** Status of the last answer's head that comes before the connection goes quiet or is closed; 0 for none. */
function exchange(
  url: string,
  head: string,
  body: string | Buffer = '',
): Promise<{ status: number; got: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(head);
  socket.write(body);
  return new Promise((resolve) => {
    let got = '';
    const end = () => {
      socket.destroy();
      const statuses = [...got.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
      resolve({ status: statuses.at(-1) ?? 0, got });
    };
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
      // An event stream does not end.
      if (got.includes('text/event-stream')) end();
    });
    socket.once('close', end);
    socket.once('error', end);
    socket.setTimeout(5000, end);
  });
}

async function openOperatedDoor(): Promise<{ door: Door; upload: string }> {
  const door = await openDoor({
    operatorToken: 'a-token',
    limits: { votesPerMinute: 1e6, readsPerMinute: 1e9 },
  });
  const head = {
    roundId: hash(1),
    codeHash: blake(CODE),
    text: 'x',
    proposer: hash(2),
    signature: `0x${'00'.repeat(64)}`,
    scheme: 'sr25519',
  };
  const answer = await fetch(`${door.url}/v1/paras/2000/proposals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(head),
  });
  const { upload } = (await answer.json()) as { upload: string };
  return { door, upload };
}

const { paths: DESCRIBED } = openApiDocument() as {
  paths: Record<string, Record<string, { responses: object }>>;
};

/** Statuses that the OpenAPI document has for a method; null where the path does not take it. */
function describedFor(method: string, template: string): readonly number[] | null {
  const found = DESCRIBED[template.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  return found ? Object.keys(found.responses).map(Number) : null;
}

describe('no request ends in a fault of the service, nor in an answer that is not described', () => {
  it.each(PATHS)('to %s, whatever its method, media type, encoding and framing', async (path, template) => {
    const { door, upload } = await openOperatedDoor();
    const target = path.replace('/v1/uploads/:ticket', upload);
    expect(target).not.toContain(':');
    for (const method of METHODS) {
      const statuses = await Promise.all(
        EXCHANGES.map(async ([what, headers, body]) => {
          const lines = [
            `${method} ${target} HTTP/1.1`,
            'host: localhost',
            'connection: close',
            OPERATOR,
            ...headers,
          ];
          const { status, got } = await exchange(door.url, `${lines.join('\r\n')}\r\n\r\n`, body);
          return { request: `${method} ${what}`, status, got: got.slice(0, 300) };
        }),
      );
      // CONNECT is for proxies: its connection is closed.
      const faults = statuses.filter(({ status }) => status >= 500 || (status === 0 && method !== 'CONNECT'));
      expect(faults).toEqual([]);
      const described = describedFor(method, template);
      if (described === null) continue;
      // An expectation that nobody knows is answered before the service hears of the request.
      const answered = statuses.filter(({ status }) => status !== 417);
      expect(answered.filter(({ status }) => !described.includes(status))).toEqual([]);
    }
    expect(door.logged()).not.toContain('request failed');
  });

  it('code announced for bytes is refused as anything else, with 415, and taken afterwards', async () => {
    const { door, upload } = await openOperatedDoor();
    const put = (type: string, body: Uint8Array | string, more = {}) =>
      fetch(`${door.url}${upload}`, { method: 'PUT', headers: { 'content-type': type, ...more }, body });
    for (const [type, more] of [
      ['application/json', {}],
      ['text/plain', {}],
      ['application/octet-stream', { 'content-encoding': 'gzip' }],
    ] as const) {
      const refused = await put(type, '{"a":1}', more);
      expect(refused.status).toBe(415);
      expect(await refused.json()).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
    }
    const votes = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: '{}' };
    expect((await fetch(`${door.url}/v1/paras/2000/votes`, votes)).status).toBe(415);
    expect((await put('application/octet-stream', CODE)).status).toBe(201);
  });
});
