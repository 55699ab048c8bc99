import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEventStream, type StreamMessage } from '../../src/client/event-stream.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { toJson } from '../../src/domain/json.ts';
import type { SignedRelease } from '../../src/domain/round/release.ts';
import type { ManagerOptIn } from '../../src/domain/round/round.ts';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { pathPattern } from '../../src/http/path-pattern.ts';
import { blake, hash, samplePolicy, sampleProposal, sampleVote } from '../store/samples.ts';
import { openDoor } from '../support/http-door.ts';
import { CODE } from '../support/recording-service.ts';

/** A server that is no pararescue: answers everything with the given bytes. */
async function impostor(status: number, body: string): Promise<string> {
  const server: Server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/event-stream' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server whose answers have no end. */
async function endlessAnswers(compressed: boolean): Promise<string> {
  const spaces = Buffer.alloc(1024 * 1024, ' ');
  const server = createServer((_, response) => {
    response.writeHead(200, compressed ? { 'content-encoding': 'gzip' } : {});
    const source = new Readable({ read: () => void source.push(spaces) });
    pipeline(compressed ? [source, createGzip(), response] : [source, response]).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server whose refusals have no end; `hungUp` resolves when the client has had enough. */
async function endlessRefusal(compressed: boolean): Promise<{ url: string; hungUp: Promise<unknown> }> {
  const spaces = Buffer.alloc(1024 * 1024, ' ');
  const server = createServer((_, response) => {
    response.writeHead(500, compressed ? { 'content-encoding': 'gzip' } : {});
    const source = new Readable({ read: () => void source.push(spaces) });
    pipeline(compressed ? [source, createGzip(), response] : [source, response]).catch((error: unknown) =>
      server.emit('hung-up', error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, hungUp: once(server, 'hung-up') };
}

async function messagesOf(chunks: readonly Uint8Array[]): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  const body = (async function* () {
    yield* chunks;
  })();
  for await (const message of readEventStream(body)) messages.push(message);
  return messages;
}

describe('the client of a service', () => {
  it('says of a service whose rounds have no id that it is the older one', async () => {
    const { roundId: _, ...earlier } = sampleProposal(CODE);
    const url = await impostor(200, toJson({ proposals: [earlier] }));
    await expect(createServiceClient(url).proposals(2000)).rejects.toMatchObject({
      code: 'RESCUE_SERVICE_UNREACHABLE',
      message: expect.stringMatching(/is of an earlier version, whose rounds have no id: update it/),
    });
  });

  it('gives back exactly what the service gave, through the wire', async () => {
    const { url, service } = await openDoor();
    const client = createServiceClient(`${url}/`);
    service.storedVotes = [sampleVote()];
    expect(await client.status()).toEqual(service.status());
    expect(await client.para(2000)).toEqual(service.para(2000));
    expect(await client.policy(2000)).toEqual(samplePolicy());
    expect(await client.proposals(2000)).toEqual(await service.proposals(2000));
    expect(await client.votes(2000)).toEqual([sampleVote()]);
    for (const endorsed of [true, false]) {
      service.endorsed = endorsed;
      expect((await client.tally(2000)).tallies).toMatchObject([{ endorsed }]);
      expect(await client.tally(2000)).toEqual(await service.tally(2000));
    }
    expect(await client.accountProof(2000, hash(9))).toEqual(await service.accountProof(2000, hash(9)));
    expect(await client.substitute(2000)).toEqual(await service.substitute(2000));
    expect(await client.code((await client.substitute(2000)).codeHash)).toEqual(CODE);
  });

  it.each([false, true])(
    'reads no further than an answer can be long (compressed: %s)',
    async (compressed) => {
      const client = createServiceClient(await endlessAnswers(compressed), { largestCode: 1_000_000 });
      const asked = [
        client.para(2000),
        client.policy(2000),
        client.proposals(2000),
        client.votes(2000),
        client.endorsements(2000),
        client.tally(2000),
        client.status(),
        client.code(hash(1)),
      ];
      for (const answer of await Promise.allSettled(asked)) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'RESCUE_SERVICE_UNREACHABLE' } });
      }
    },
  );

  it('waits no longer for an answer than it was told to', async () => {
    const server = createServer((_, response) => void response.writeHead(200).write('{'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(createServiceClient(url, { patienceMs: 100 }).tally(2000)).rejects.toMatchObject({
      code: 'RESCUE_SERVICE_UNREACHABLE',
    });
  });

  it('reads no more votes than it was told to, from a service that has always one page more', async () => {
    const { url, service } = await openDoor();
    let asked = 0;
    service.votes = async () => {
      asked += 1;
      return { votes: [sampleVote()], next: `1-${hash(1)}` };
    };
    expect(await createServiceClient(url).votes(2000, 0, 7)).toHaveLength(7);
    expect(asked).toBe(7);
  });

  it.each([
    ['{}', 'proposals'],
    ['{}', 'votes'],
    ['1', 'endorsements'],
    ['[]', 'proposals'],
  ] as const)(
    'reads no further in an answer than to the first of a million wrong %s',
    async (piece, what) => {
      const url = await impostor(200, `{"${what}":[${`${piece},`.repeat(1_000_000)}${piece}]}`);
      await expect(createServiceClient(url)[what](2000)).rejects.toMatchObject({
        code: 'RESCUE_SERVICE_UNREACHABLE',
      });
    },
  );

  it('names one of the many things that are wrong with an answer', async () => {
    const paras = JSON.stringify(Array(20_000).fill({}));
    const failure = createServiceClient(await impostor(200, `{"paras":${paras}}`)).status();
    await expect(failure).rejects.toThrow(/^.{1,600}$/);
  });

  it('throws what the service refuses with the same code and details', async () => {
    const { url, service } = await openDoor();
    service.failure = new RescueError('RESCUE_VOTE_SEQUENCE', 'too late', { details: { sequence: 3 } });
    await expect(createServiceClient(url).tally(2000)).rejects.toMatchObject({
      code: 'RESCUE_VOTE_SEQUENCE',
      message: 'too late',
      details: { sequence: 3 },
    });
  });

  it.each(['as it is', 'compressed'])(
    'reads no further from an error without end than an error is long, %s',
    async (form) => {
      const { url, hungUp } = await endlessRefusal(form === 'compressed');
      await expect(createServiceClient(url).status()).rejects.toMatchObject({
        code: 'RESCUE_SERVICE_UNREACHABLE',
        message: expect.stringContaining('it answers with status 500'),
      });
      await hungUp;
    },
  );

  it.each([
    ['an error page', 500, '<html>'],
    ['an error of somebody else', 400, '{"error":{"code":"E1","message":"no","details":{}}}'],
    ['a web page', 200, '<html>'],
    ['JSON of another shape', 200, '{"relayGenesis":"0x00"}'],
  ])('takes %s for no service', async (_name, status, body) => {
    const url = await impostor(status, body);
    await expect(createServiceClient(url).status()).rejects.toMatchObject({
      code: 'RESCUE_SERVICE_UNREACHABLE',
      message: expect.stringContaining(url),
    });
  });

  it.each(['data: no json\n\n', 'data: {"id":"1"}\n\n'])('refuses the stream %j', async (body) => {
    const client = createServiceClient(await impostor(200, body));
    const read = async () => {
      for await (const event of client.events({ after: 0, signal: new AbortController().signal })) {
        expect(event).toBeNull();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'RESCUE_SERVICE_UNREACHABLE' });
  });
});

describe('an event stream', () => {
  it('is read from services of other versions: names and severities that are unknown, and none', async () => {
    const plain = { at: 1, paraId: 2000, relayBlock: null, message: 'm', data: { to: 'stalled' } };
    const sent = [
      { id: 1, type: 'of-a-later-version', severity: 'catastrophic', weather: 'fine', ...plain },
      { id: 2, type: 'of-a-later-version', severity: 'warning', ...plain },
      { id: 3, type: 'state-changed', ...plain },
    ];
    const body = sent.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const client = createServiceClient(await impostor(200, body));
    const severities: string[] = [];
    for await (const event of client.events({ after: 0, signal: new AbortController().signal })) {
      expect(event).toMatchObject({ id: severities.length + 1, ...plain });
      severities.push(event.severity);
    }
    expect(severities).toEqual(['info', 'warning', 'critical']);
  });

  it('yields the same messages however it is cut', async () => {
    const bytes = new TextEncoder().encode(
      ': note\nid: 1\n\nid: 2\ndata: {"ü":1}\n\ndata: a\ndata: b\r\n\r\nevent: failure\ndata:c\n\ndata: cut off',
    );
    const expected = [
      { event: 'message', data: '{"ü":1}' },
      { event: 'message', data: 'a\nb' },
      { event: 'failure', data: 'c' },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }),
        async (cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          expect(await messagesOf(chunks)).toEqual(expected);
        },
      ),
    );
  });

  it('refuses a message without end', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024));
    await expect(messagesOf(Array.from({ length: 6 }, () => chunk))).rejects.toThrow(RangeError);
  });
});

it('the client asks for what the OpenAPI document describes, and for all that programs need', async () => {
  const door = await openDoor({ operatorToken: 'a-token' });
  const client = createServiceClient(door.url, { operatorToken: 'a-token' });
  const { fetch: real } = globalThis;
  const asked = new Set<string>();
  globalThis.fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    asked.add(`${init?.method ?? 'GET'} ${path}`);
    return real(input, init);
  };
  onTestFinished(() => {
    globalThis.fetch = real;
  });
  const [proposal, account] = [hash(8), hash(3)];
  const signed = sampleVote();
  const policy = samplePolicy();
  const { paraId, roundId, signature, scheme } = signed;
  const act: ManagerOptIn = {
    ...{ paraId, action: 'opt-in', relayGenesis: hash(1), policy: hash(12), sequence: 1 },
    ...{ account, signature, scheme },
  };
  const { power: _, admittedAt: __, choice: ___, ...endorsed } = signed;
  const terms = { paraId, roundId, codeHash: blake(CODE), text: 'x', proposer: account };
  const head = { ...terms, signature, scheme, code: CODE };
  const { proposal: voted, sequence, relayGenesis, anchor, round } = signed;
  const release: SignedRelease = {
    ...{ relayGenesis, paraId, anchor, round, roundId, proposal: voted, codeHash: blake(CODE) },
    ...{ policy: hash(12), stance: 'release', expires: 200, account, sequence, signature, scheme },
  };
  const events = new AbortController();
  await Promise.allSettled([
    ...[client.status(), client.para(2000), client.fleet(), client.policy(2000), client.proposals(2000)],
    ...[client.trial(2000, proposal), client.accountTrial(2000, proposal, account)],
    ...[client.code(blake(CODE)), client.votes(2000), client.endorsements(2000), client.tally(2000)],
    ...[client.incidents(null), client.incidents(2000), client.incident(3), client.page(2000)],
    ...[client.accountProof(2000, account), client.handover(2000), client.substitute(2000)],
    ...[client.plan(2000), client.evidence(2000), client.retry(2000), client.checkStore()],
    ...[client.heads(2000), client.releases(2000), client.release(release)],
    ...[client.backupStore(), client.optIn(act, policy), client.adoptPolicy(2000, policy)],
    ...[client.vote(signed), client.endorse({ ...endorsed, stance: 'endorse' }), client.propose(head)],
    (async () => {
      for await (const _event of client.events({ after: 0, signal: events.signal })) break;
    })(),
    Promise.resolve().then(() => events.abort()),
  ]);
  const patterns = Object.keys(OPERATIONS).map((name) => ({
    name,
    fits: pathPattern(name),
  }));
  const named = [...asked].map((one) => patterns.findLast(({ fits }) => fits.test(one))?.name ?? one);
  const others = ['GET /health', 'GET /v1/openapi.json', 'GET /v1/paras/:id/validation.md', 'GET /v1/live'];
  expect([...new Set([...named, ...others])].sort()).toEqual(Object.keys(OPERATIONS).sort());
});
