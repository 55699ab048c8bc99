import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { blake, hash, PLACE, sampleOptIn, samplePolicy, sampleVote } from '../store/samples.ts';
import { type Door, openDoor } from '../support/http-door.ts';
import { CODE } from '../support/recording-service.ts';

const SIGNATURE = `0x${'ab'.repeat(64)}`;

function post(
  door: Door,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${door.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function put(door: Door, path: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(`${door.url}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });
}

async function errorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const body = (await response.json()) as { error: { code: string; message: string; details: unknown } };
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error).sort()).toEqual(['code', 'details', 'message']);
  expect(response.headers.get('content-type')).toContain('application/json');
  return { status: response.status, code: body.error.code, message: body.error.message };
}

function ballot(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const { power: _power, admittedAt: _at, ...rest } = sampleVote();
  return { ...rest, signature: SIGNATURE, ...overrides };
}

describe('reading', () => {
  it('gives status with big integers as decimal text and security headers', async () => {
    const door = await openDoor();
    const response = await fetch(`${door.url}/v1/status`);
    const body = (await response.json()) as { paras: { observation: { registrar: { deposit: string } } }[] };
    expect(body.paras[0]?.observation.registrar.deposit).toBe((2n ** 70n).toString());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': 'no-store',
    });
  });

  it('answers each resource of a para', async () => {
    const door = await openDoor();
    const get = async (path: string) => (await fetch(`${door.url}${path}`)).json();
    const sight = { block: 120, readAgoMs: 2_000, blockAgeMs: 20_000, limitMs: 60_000, blind: null };
    expect(await get('/health')).toEqual({
      ok: true,
      reason: null,
      relay: { finalized: 120, best: 122 },
      sight,
    });
    expect(await get('/v1/paras/2000')).toMatchObject({ paraId: 2000, state: 'voting' });
    expect(await get('/v1/paras/2000/policy')).toEqual({
      policy: samplePolicy(),
      hash: policyHash(samplePolicy()),
    });
    expect(await get('/v1/paras/2000/proposals')).toMatchObject({ proposals: [{ codeHash: blake(CODE) }] });
    expect(await get('/v1/paras/2000/votes')).toEqual({ votes: [] });
    expect(await get('/v1/paras/2000/tally')).toMatchObject({
      electorate: (2n ** 101n).toString(),
      tallies: [{ endorsed: false, canPassFrom: 135 }],
    });
    expect(await get('/v1/paras/2000/substitute')).toMatchObject({ blockNumber: 30 });
  });

  it('plans for no code, or for one of which all is said', async () => {
    const door = await openDoor();
    const plan = (query: string) => fetch(`${door.url}/v1/paras/2000/plan${query}`);
    expect(await (await plan('')).json()).toMatchObject({ code: null, options: [{ way: 'registrar' }] });
    const all = `codeHash=${hash(6)}&codeSize=12&specName=para&specVersion=2`;
    expect(await (await plan(`?${all}`)).json()).toMatchObject({
      code: { hash: hash(6), size: 12, specName: 'para', specVersion: 2 },
    });
    for (const wrong of [
      `?codeHash=${hash(6)}`,
      `?${all}&more=1`,
      `?${all.replace('codeSize=12', 'codeSize=0')}`,
      `?${all.replace('specVersion=2', 'specVersion=4294967296')}`,
      `?${all.replace('specName=para', `specName=${'a'.repeat(101)}`)}`,
    ]) {
      expect(await errorOf(await plan(wrong))).toMatchObject({ status: 400, code: 'RESCUE_REQUEST_INVALID' });
    }
  });

  it('takes an account as SS58 address and as hex', async () => {
    const door = await openDoor();
    const alice = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
    for (const account of [
      alice,
      alice.toUpperCase().replace('0X', '0x'),
      '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    ]) {
      const response = await fetch(`${door.url}/v1/paras/2000/accounts/${account}/proof`);
      expect(await response.json()).toMatchObject({ account: alice, power: '0' });
    }
    const bad = await fetch(`${door.url}/v1/paras/2000/accounts/5Grwva/proof`);
    expect(await errorOf(bad)).toMatchObject({ status: 400, code: 'RESCUE_REQUEST_INVALID' });
  });

  it('gives code as bytes under its hash', async () => {
    const door = await openDoor();
    const response = await fetch(`${door.url}/v1/code/${blake(CODE)}`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(CODE);
    expect(await errorOf(await fetch(`${door.url}/v1/code/${hash(0)}`))).toMatchObject({ status: 404 });
    expect(await errorOf(await fetch(`${door.url}/v1/code/0x12`))).toMatchObject({ status: 400 });
  });
});

describe('acting', () => {
  it('hands a vote to the service exactly as it came', async () => {
    const door = await openDoor();
    const response = await post(door, '/v1/paras/2000/votes', ballot());
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ power: sampleVote().power.toString() });
    expect(door.service.calls).toEqual([['vote', ballot()]]);
  });

  it('hands a proposal to the service with its code as bytes', async () => {
    const door = await openDoor();
    const rest = { text: 'mends it', proposer: hash(2), signature: SIGNATURE, scheme: 'ed25519' };
    const head = { ...rest, roundId: PLACE.roundId, codeHash: blake(CODE) };
    const announced = await post(door, '/v1/paras/2000/proposals', head);
    expect(announced.status).toBe(202);
    const { upload, codeHash } = (await announced.json()) as { upload: string; codeHash: string };
    expect(codeHash).toBe(blake(CODE));
    expect(door.service.announced).toEqual([{ ...head, paraId: 2000 }]);
    const response = await put(door, upload, CODE);
    expect(response.status).toBe(201);
    expect(door.service.calls).toEqual([['propose', { ...head, paraId: 2000 }, CODE]]);
    expect(await errorOf(await put(door, upload, CODE))).toMatchObject({ status: 404 });
  });

  it('hands an opt-in to the service with defaults of the policy filled in, and an opt-out without one', async () => {
    const door = await openDoor();
    const optIn = sampleOptIn({ signature: SIGNATURE as `0x${string}` });
    const { excluded: _excluded, ...policy } = samplePolicy();
    expect((await post(door, '/v1/paras/2000/opt-in', { optIn, policy })).status).toBe(200);
    const optOut = { ...optIn, action: 'opt-out' };
    expect((await post(door, '/v1/paras/2000/opt-in', { optIn: optOut, policy: null })).status).toBe(200);
    expect(door.service.calls).toEqual([
      ['optIn', optIn, samplePolicy()],
      ['optIn', optOut, null],
    ]);
  });

  it.each([
    ['a vote with a field too many', '/v1/paras/2000/votes', ballot({ extra: 1 }), 'RESCUE_VOTE_INVALID'],
    [
      'a vote with an unknown choice',
      '/v1/paras/2000/votes',
      ballot({ choice: 'perhaps' }),
      'RESCUE_VOTE_INVALID',
    ],
    ['a vote that is no object', '/v1/paras/2000/votes', [], 'RESCUE_VOTE_INVALID'],
    [
      'a vote for another para than the path',
      '/v1/paras/2000/votes',
      ballot({ paraId: 2001 }),
      'RESCUE_REQUEST_INVALID',
    ],
    ['a proposal whose code is no hex', '/v1/paras/2000/proposals', { code: 'zz' }, 'RESCUE_REQUEST_INVALID'],
    ['an opt-in without an act', '/v1/paras/2000/opt-in', { policy: null }, 'RESCUE_REQUEST_INVALID'],
    [
      'an opt-in with a broken policy',
      '/v1/paras/2000/opt-in',
      { optIn: sampleOptIn({ signature: SIGNATURE as `0x${string}` }), policy: { version: 1 } },
      'RESCUE_POLICY_INVALID',
    ],
    ['JSON that is cut off', '/v1/paras/2000/votes', '{"a":', 'RESCUE_REQUEST_INVALID'],
    ['a prototype in disguise', '/v1/paras/2000/votes', '{"__proto__":{"a":1}}', 'RESCUE_REQUEST_INVALID'],
    ['an empty body', '/v1/paras/2000/votes', '', 'RESCUE_REQUEST_INVALID'],
    ['a para id that is none', '/v1/paras/-1/votes', ballot(), 'RESCUE_REQUEST_INVALID'],
    ['a para id above 32 bits', '/v1/paras/4294967296/votes', ballot(), 'RESCUE_REQUEST_INVALID'],
  ])('refuses %s and tells the service nothing', async (_name, path, body, code) => {
    const door = await openDoor();
    const error = await errorOf(await post(door, path, body));
    expect(error.code).toBe(code);
    expect([400, 422]).toContain(error.status);
    expect(door.service.calls).toEqual([]);
  });

  it('refuses what was signed in texts of version 1, and says what to do', async () => {
    const door = await openDoor();
    const code = `0x${Buffer.from(CODE).toString('hex')}`;
    const signed = { proposer: hash(2), signature: SIGNATURE, scheme: 'sr25519' };
    const { roundId: _, ...earlierVote } = ballot();
    const { choice: __, ...earlier } = earlierVote;
    for (const [path, body, refusal] of [
      ['votes', earlierVote, 'RESCUE_VOTE_INVALID'],
      ['endorsements', { ...earlier, stance: 'endorse' }, 'RESCUE_VOTE_INVALID'],
      ['proposals', { text: 'mends it', code, ...signed }, 'RESCUE_PROPOSAL_INVALID'],
    ] as const) {
      expect(await errorOf(await post(door, `/v1/paras/2000/${path}`, body))).toMatchObject({
        status: 422,
        code: refusal,
        message: expect.stringMatching(
          /version 1, which names no round id.*newer.*Update the program.*sign again/,
        ),
      });
    }
    const whole = { text: 'mends it', code: `0x${'00'.repeat(100_000)}`, ...signed };
    expect(await errorOf(await post(door, '/v1/paras/2000/proposals', whole))).toMatchObject({
      status: 413,
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.stringMatching(/text of version 2.*older than this service: update it/),
    });
    expect(door.service.calls).toEqual([]);
  });

  it('refuses a body or code that is too large', async () => {
    const door = await openDoor({ limits: { maxCodeBytes: 1000 } });
    const signed = { proposer: hash(2), signature: SIGNATURE, scheme: 'sr25519' };
    const rest = { roundId: PLACE.roundId, text: 'x', ...signed };
    const announce = (body: unknown) => post(door, '/v1/paras/2000/proposals', body);
    const propose = async (bytes: number) => {
      const code = new Uint8Array(bytes);
      const announced = await announce({ ...rest, codeHash: blake(code) });
      return errorOf(await put(door, ((await announced.json()) as { upload: string }).upload, code));
    };
    expect(await propose(1001)).toMatchObject({
      status: 413,
      message: expect.stringContaining('1001 bytes'),
    });
    const large = await announce({ ...rest, codeHash: blake(CODE), text: 'x'.repeat(100_000) });
    expect(await errorOf(large)).toMatchObject({ status: 413, code: 'RESCUE_REQUEST_INVALID' });
    expect(door.service.calls).toEqual([]);
  });

  it('refuses code that is not the one announced, and code in the announcement itself', async () => {
    const door = await openDoor();
    const signed = { proposer: hash(2), signature: SIGNATURE, scheme: 'sr25519' };
    const head = { roundId: PLACE.roundId, text: 'x', ...signed, codeHash: hash(7) };
    const announced = await post(door, '/v1/paras/2000/proposals', head);
    const { upload } = (await announced.json()) as { upload: string };
    expect(await errorOf(await put(door, upload, CODE))).toMatchObject({
      status: 422,
      code: 'RESCUE_CODE_INVALID',
    });
    const together = await post(door, '/v1/paras/2000/proposals', { ...head, code: '0x00' });
    expect(await errorOf(together)).toMatchObject({ status: 400 });
    expect(await errorOf(await put(door, `/v1/uploads/${'00'.repeat(16)}`, CODE))).toMatchObject({
      status: 404,
    });
    expect(door.service.calls).toEqual([]);
  });

  it('refuses a body of more values than anybody posts before it looks at them, and takes the largest policy', async () => {
    const door = await openDoor();
    const zeros = (count: number) => `[${new Array(count).fill('0').join(',')}]`;
    const sent = (path: string, method: string, body: string) =>
      fetch(`${door.url}/v1/paras/2000/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body,
      });
    const policyOfZeros = await sent('policy', 'PUT', `{"policy":{"routes":${zeros(40_000)}}}`);
    expect(await errorOf(policyOfZeros)).toMatchObject({
      status: 400,
      message: 'the body holds more than 30000 values',
    });
    const proposalOfZeros = await sent('proposals', 'POST', `{"text":${zeros(3000)}}`);
    expect(await errorOf(proposalOfZeros)).toMatchObject({
      status: 400,
      message: 'the body holds more than 2000 values',
    });
    const commas = await sent('votes', 'POST', JSON.stringify(ballot({ proposal: ','.repeat(3000) })));
    expect(await errorOf(commas)).not.toMatchObject({ message: expect.stringContaining('values') });
    const excluded = Array.from({ length: 10_000 }, (_, index) => ({
      account: `0x${index.toString(16).padStart(64, '0')}`,
      reason: 'a, b, c',
    }));
    const policy = { ...samplePolicy(), excluded };
    expect((await sent('policy', 'PUT', JSON.stringify({ policy }))).status).toBe(200);
  });

  it('holds only so many large policies of one client in memory, and small ones besides', async () => {
    const door = await openDoor();
    const large = Array.from({ length: 5 }, () => {
      const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.write(
        'PUT /v1/paras/2000/policy HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n{',
      );
      return socket;
    });
    const answers = large.map(async (socket) => {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      return bytes.toString().split('\r\n')[0];
    });
    expect(await Promise.race(answers)).toContain('429');
    const body = JSON.stringify({ policy: samplePolicy() });
    const small = await fetch(`${door.url}/v1/paras/2000/policy`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(small.status).toBe(200);
  });

  const announce = async (door: Door, proposer: string) => {
    const signed = { proposer, signature: SIGNATURE, scheme: 'sr25519' };
    const head = { roundId: PLACE.roundId, text: 'x', ...signed, codeHash: blake(CODE) };
    const announced = await post(door, '/v1/paras/2000/proposals', head);
    return ((await announced.json()) as { upload: string }).upload;
  };
  /** An upload of which the code does not come yet. */
  const sendSlowly = async (door: Door, path: string): Promise<Socket> => {
    const slow = connect(Number(new URL(door.url).port), '127.0.0.1');
    slow.on('error', () => undefined);
    onTestFinished(() => void slow.destroy());
    slow.write(
      `PUT ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/octet-stream\r\ncontent-length: ${CODE.length}\r\nexpect: 100-continue\r\n\r\n`,
    );
    await once(slow, 'data');
    return slow;
  };

  it('takes one code of a proposer at a time, so that slow ones leave room for those of others', async () => {
    const door = await openDoor();
    const slow = await sendSlowly(door, await announce(door, hash(2)));
    const second = await announce(door, hash(2));
    expect(await errorOf(await put(door, second, CODE))).toMatchObject({ status: 429 });
    expect((await put(door, await announce(door, hash(3)), CODE)).status).toBe(201);
    slow.write(CODE);
    await once(slow, 'data');
    expect((await put(door, second, CODE)).status).toBe(201);
  });

  it('cuts off the slowest code that had its time, when all places are taken or its proposer sends another one', async () => {
    const patient = await openDoor();
    for (const proposer of [2, 3, 4, 5]) await sendSlowly(patient, await announce(patient, hash(proposer)));
    const waiting = await announce(patient, hash(6));
    expect(await errorOf(await put(patient, waiting, CODE))).toMatchObject({ status: 429 });

    const door = await openDoor({ patience: { uploadMs: 0 } });
    const slow: Socket[] = [];
    for (const proposer of [2, 3, 4, 5])
      slow.push(await sendSlowly(door, await announce(door, hash(proposer))));
    slow[1]?.write(CODE.subarray(0, 4));
    expect((await put(door, await announce(door, hash(6)), CODE)).status).toBe(201);
    expect((await put(door, await announce(door, hash(3)), CODE)).status).toBe(201);
    expect(door.logged()).not.toContain('request failed');
  });

  it('cuts off no code that is all there and is being tried, however long that takes', async () => {
    const door = await openDoor({ patience: { uploadMs: 0 } });
    const { propose } = door.service;
    let begun = (): void => undefined;
    const trying = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let end = (): void => undefined;
    const tried = new Promise<void>((resolve) => {
      end = resolve;
    });
    door.service.propose = async (...args) => {
      begun();
      await tried;
      return propose.apply(door.service, args);
    };
    const first = put(door, await announce(door, hash(2)), CODE);
    await trying;
    expect(await errorOf(await put(door, await announce(door, hash(2)), CODE))).toMatchObject({
      status: 429,
    });
    end();
    expect((await first).status).toBe(201);
  });

  it('lets one address act only so often in a minute, and says when to come back', async () => {
    const door = await openDoor({ limits: { votesPerMinute: 3 } });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await post(door, '/v1/paras/2000/votes', ballot())).status).toBe(201);
    }
    const refused = await post(door, '/v1/paras/2000/votes', ballot());
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(refused)).toMatchObject({ status: 429, code: 'RESCUE_TOO_MANY_REQUESTS' });
    expect(door.service.calls).toHaveLength(3);
    expect((await fetch(`${door.url}/v1/status`)).status).toBe(200);
  });
});

describe('errors', () => {
  it.each([
    ['RESCUE_VOTE_SEQUENCE', 409],
    ['RESCUE_STATE_REFUSES', 409],
    ['RESCUE_SIGNATURE_INVALID', 422],
    ['RESCUE_VOTE_NO_POWER', 422],
    ['RESCUE_NOT_FOUND', 404],
    ['RESCUE_NODE_UNREACHABLE', 503],
    ['RESCUE_NODE_CONTRADICTS', 502],
  ] as const)('of the service with %s become status %i, with sentence and details', async (code, status) => {
    const door = await openDoor();
    door.service.failure = new RescueError(code, 'the sentence', { details: { sequence: 4 } });
    const response = await fetch(`${door.url}/v1/paras/2000`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { code, message: 'the sentence', details: { sequence: 4 } },
    });
  });

  it('of the inside show no stack, path or cause, but are logged', async () => {
    const door = await openDoor();
    for (const failure of [
      new TypeError('secret place'),
      new RescueError('RESCUE_STORE_CORRUPT', 'secret place'),
    ]) {
      door.service.failure = failure;
      const response = await fetch(`${door.url}/v1/status`);
      expect(response.status).toBe(500);
      expect(await response.text()).not.toMatch(/secret place|at .*\.ts/);
    }
    expect(door.logged().match(/secret place/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('of a service that is stopping say so, and not where its database is', async () => {
    const door = await openDoor();
    door.service.failure = new RescueError('RESCUE_STORE_CLOSED', 'the database /secret/place is closed');
    expect(await errorOf(await fetch(`${door.url}/v1/status`))).toMatchObject({
      status: 503,
      code: 'RESCUE_STORE_CLOSED',
      message: 'The database is closed: the service is stopping.',
    });
  });

  it('for unknown paras, resources, methods and media types have the same shape', async () => {
    const door = await openDoor();
    expect(await errorOf(await fetch(`${door.url}/v1/paras/1`))).toMatchObject({
      status: 404,
      code: 'RESCUE_PARA_UNKNOWN',
    });
    expect(await errorOf(await fetch(`${door.url}/v1/nothing`))).toMatchObject({
      status: 404,
      code: 'RESCUE_NOT_FOUND',
    });
    const wrongMethod = await fetch(`${door.url}/v1/paras/2000/votes`, { method: 'DELETE' });
    expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await errorOf(wrongMethod)).toMatchObject({ status: 405 });
    const form = await post(door, '/v1/paras/2000/votes', 'a=1', { 'content-type': 'text/plain' });
    expect(await errorOf(form)).toMatchObject({
      status: 415,
      message: expect.stringContaining('application/json'),
    });
    expect(await errorOf(await fetch(`${door.url}/v1/paras/%zz`))).toMatchObject({ status: 400 });
  });

  it('answers bytes that are no HTTP in the same shape', async () => {
    const door = await openDoor();
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.write('nonsense\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
    expect(head).toContain('400 Bad Request');
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'RESCUE_REQUEST_INVALID' } });
  });

  it('says where it cannot listen', async () => {
    const door = await openDoor();
    const other = await openDoor();
    const port = Number(new URL(door.url).port);
    await other.server.close();
    const { createHttpServer } = await import('../../src/http/server.ts');
    const { createLogger } = await import('../../src/http/logger.ts');
    const third = createHttpServer({
      service: door.service,
      log: createLogger({ level: 'silent', pretty: false }),
    });
    await expect(third.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'RESCUE_CONFIG_INVALID',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await third.close();
  });
});

it('never logs a signature', async () => {
  const door = await openDoor();
  await post(door, '/v1/paras/2000/votes', ballot());
  door.service.failure = new Error('broken');
  await post(door, '/v1/paras/2000/votes', ballot());
  expect(door.logged()).toContain('/v1/paras/2000/votes');
  expect(door.logged()).not.toContain(SIGNATURE);
});
