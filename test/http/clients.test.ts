import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClientAddresses } from '../../src/http/client-address.ts';
import { createSignatureDesk } from '../../src/recovery/acts/signature-desk.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signedTexts, signersOf } from '../../src/voting/ballots/signers.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { sampleVote } from '../store/samples.ts';
import { type Door, openDoor } from '../support/http-door.ts';
import { openProxy } from '../support/plain-proxy.ts';

await signaturesReady();

function clientOf(trusted: readonly string[], remoteAddress: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return createClientAddresses(trusted).clientOf({ socket: { remoteAddress }, headers });
}

describe('the client by which limits count', () => {
  it.each([
    // trusted, socket, header, client
    [[], '203.0.113.7', undefined, '203.0.113.7'],
    [[], '::ffff:203.0.113.7', undefined, '203.0.113.7'],
    [[], '::ffff:cb00:7107', undefined, '203.0.113.7'],
    [[], '127.0.0.1', '198.51.100.1', '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [['127.0.0.1'], '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [['127.0.0.1'], '127.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    [['127.0.0.1', '10.0.0.0/8'], '127.0.0.1', '1.1.1.1, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    [['127.0.0.1', '10.0.0.0/8'], '127.0.0.1', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
    [['127.0.0.1'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    [['127.0.0.1'], '127.0.0.1', 'nonsense', '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.1', '', '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    [['::1'], '::1', '[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    [[], '2001:db8:1:2:aaaa::1', undefined, '2001:db8:1:2::/64'],
    [[], '2001:db8:1:2:bbbb::1', undefined, '2001:db8:1:2::/64'],
    [[], 'fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    [['2001:db8::/32'], '2001:db8::5', '198.51.100.1', '198.51.100.1'],
  ] as const)('with %j trusted, from %s with %j, is %s', (trusted, socket, forwarded, client) => {
    expect(clientOf(trusted, socket, forwarded)).toBe(client);
  });

  it('is the one that the trusted proxy saw, whatever it wrote itself', async () => {
    const door = await openDoor({ trustedProxies: ['127.0.0.1'], limits: { votesPerMinute: 1 } });
    const behind = async (as: string, forged?: string) => {
      const proxy = await openProxy(door.url, { forward: true, as });
      const headers = { 'content-type': 'application/json', ...(forged && { 'x-forwarded-for': forged }) };
      return (await fetch(`${proxy}/v1/paras/2000/votes`, { method: 'POST', headers, body: ballot(1) }))
        .status;
    };
    expect(await behind('198.51.100.1')).toBe(201);
    expect(await behind('198.51.100.1', '192.0.2.77')).toBe(429);
    expect(await behind('198.51.100.2')).toBe(201);
  });
});

const alice = signerFromUri('//Alice');
const mallory = signerFromUri('//Mallory');

/** A vote of Alice, signed by her or by somebody else. */
function ballot(sequence: number, signer = alice): string {
  const { power: _, admittedAt: __, ...rest } = sampleVote();
  const vote = { ...rest, account: alice.account, sequence };
  return JSON.stringify({ ...vote, signature: signer.sign(voteText(vote)), scheme: 'sr25519' });
}

/** A door before a real desk of signatures: what is signed wrongly is refused as the service refuses it. */
async function openVotingDoor(options: Parameters<typeof openDoor>[0] = {}): Promise<Door> {
  const door = await openDoor(options);
  const desk = createSignatureDesk();
  door.service.vote = async (given, sender = null) => {
    await desk.verify(
      signedTexts(signersOf(given.account, given, 'RESCUE_VOTE_INVALID'), voteText(given)),
      given.account,
      sender,
    );
    return { ...given, power: 5n, admittedAt: 131 };
  };
  return door;
}

function vote(url: string, body: string): Promise<Response> {
  return fetch(`${url}/v1/paras/2000/votes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

describe('wrong votes', () => {
  it('keep nobody from voting who comes through the same proxy, however many they are', async () => {
    const door = await openVotingDoor();
    const proxy = await openProxy(door.url);
    const wrong: Promise<Response>[] = [];
    for (let index = 1; index <= 1000; index++) {
      wrong.push(vote(proxy, ballot(index, mallory)));
      if (index % 50 !== 0) continue;
      // In the midst of them, in the name of the same account, from the same address.
      const right = await vote(proxy, ballot(10_000 + index));
      expect(right.status).toBe(201);
    }
    const statuses = new Set((await Promise.all(wrong)).map(({ status }) => status));
    // Each is refused for what it is, or because too much of its kind was waiting.
    expect([...statuses].filter((status) => status !== 422 && status !== 429)).toEqual([]);
  });
});

/** A connection of its own that sends `text` and reads what comes, until it is closed. */
function open(url: string, text: string): { readonly socket: Socket; readonly closed: Promise<string> } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk.toString();
  });
  socket.write(text);
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(got));
    socket.once('error', () => resolve(got));
  });
  return { socket, closed };
}

/** Status once the answer's head is there. */
async function statusOf(url: string, path: string, signal: AbortSignal): Promise<number> {
  return (await fetch(`${url}${path}`, { signal })).status;
}

describe('one client', () => {
  it('has its share of the event streams and leaves the rest to others', async () => {
    const door = await openDoor({
      trustedProxies: ['127.0.0.1'],
      limits: { maxEventStreams: 10, eventStreamsPerClient: 2 },
    });
    const greedy = await openProxy(door.url, { forward: true, as: '198.51.100.1' });
    const other = await openProxy(door.url, { forward: true, as: '198.51.100.2' });
    const abort = new AbortController();
    const status = (url: string) => statusOf(url, '/v1/events', abort.signal);
    expect([await status(greedy), await status(greedy), await status(greedy)]).toEqual([200, 200, 429]);
    expect(await status(other)).toBe(200);
    abort.abort();
  });

  it('has its share of the connections', async () => {
    const door = await openDoor({ limits: { connectionsPerClient: 3 } });
    const idle = Array.from({ length: 3 }, () =>
      open(door.url, 'GET /health HTTP/1.1\r\nhost: localhost\r\n'),
    );
    await Promise.all(idle.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    const fourth = open(door.url, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await fourth.closed).toBe('');
    for (const { socket } of idle) socket.destroy();
    await Promise.all(idle.map(({ closed }) => closed));
    await expect
      .poll(() =>
        fetch(`${door.url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it('has its share of the requests under way behind a trusted proxy', async () => {
    const door = await openDoor({ trustedProxies: ['127.0.0.1'], limits: { connectionsPerClient: 2 } });
    const proxy = await openProxy(door.url, { forward: true, as: '198.51.100.1' });
    const abort = new AbortController();
    for (let stream = 0; stream < 2; stream++) await statusOf(proxy, '/v1/events', abort.signal);
    expect((await fetch(`${proxy}/health`)).status).toBe(429);
    const other = await openProxy(door.url, { forward: true, as: '198.51.100.2' });
    expect((await fetch(`${other}/health`)).status).toBe(200);
    abort.abort();
  });

  it('reads only so much in a minute, and large answers count for more', async () => {
    const door = await openDoor({ limits: { readsPerMinute: 250 } });
    const statuses = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await fetch(`${door.url}/v1/paras/2000/votes`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await fetch(`${door.url}/health`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Who reads too much still may act.
    expect((await vote(door.url, ballot(1))).status).toBe(201);
  });

  it.each([
    ['a policy', '/v1/paras/2000/policy'],
    ['many endorsements', '/v1/paras/2000/endorsements'],
    ['the status of many paras', '/v1/status'],
  ])('has read %s before it reads a thousand times', async (_what, path) => {
    const { url, service } = await openDoor({ limits: { readsPerMinute: 300 } });
    const status = service.status();
    const [para] = status.paras;
    service.status = () => ({ ...status, paras: Array(400).fill(para) });
    service.endorsements = async () => Array(2000).fill(sampleVote());
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await fetch(`${url}${path}`)).status);
    expect(statuses).toEqual([200, 429, 429]);
  });

  it('that never ends its headers or its body is cut off', async () => {
    const door = await openDoor({ patience: { headersMs: 100, requestMs: 200 } });
    const headers = open(door.url, 'GET /health HTTP/1.1\r\nhost: localhost\r\nx: ');
    const body = open(
      door.url,
      'POST /v1/paras/2000/votes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await Promise.all([headers.closed, body.closed]);
    expect((await fetch(`${door.url}/health`)).status).toBe(200);
    expect(door.service.calls).toEqual([]);
  });
});

/** Address of a host in one of the 65536 networks of /64 within 2001:db8:`site`::/48. */
const within = (site: number, network: number) =>
  `2001:db8:${site.toString(16)}:${network.toString(16)}:${((network * 7919) & 0xffff).toString(16)}::1`;

describe('one network of IPv6, a /48 of which each client has a /64', () => {
  /** A status as a trusted proxy gets it for a client that it names. */
  const behind = async (url: string, client: string, path: string, init: RequestInit = {}) =>
    (await fetch(`${url}${path}`, { ...init, headers: { ...init.headers, 'x-forwarded-for': client } }))
      .status;
  const trustedProxies = ['127.0.0.1'];
  const act = { method: 'POST', headers: { 'content-type': 'application/json' } };
  /** Four clients' worth of what one client may twice, and one more client that asks. */
  const nine = Array.from({ length: 9 }, (_, network) => within(1, network));

  it('has the share of four clients of the acts of a minute', async () => {
    const { url } = await openDoor({ trustedProxies, limits: { votesPerMinute: 2 } });
    const votes = '/v1/paras/2000/votes';
    const statuses = [];
    for (const client of nine) statuses.push(await behind(url, client, votes, { ...act, body: ballot(1) }));
    expect(statuses).toEqual([...Array(8).fill(201), 429]);
    expect(await behind(url, within(2, 0), votes, { ...act, body: ballot(1) })).toBe(201);
    expect(await behind(url, '198.51.100.1', votes, { ...act, body: ballot(1) })).toBe(201);
  });

  it('has the share of four clients of the reads of a minute', async () => {
    const { url } = await openDoor({ trustedProxies, limits: { readsPerMinute: 2 } });
    const statuses = [];
    for (const client of nine) statuses.push(await behind(url, client, '/health'));
    expect(statuses).toEqual([...Array(8).fill(200), 429]);
    expect(await behind(url, within(2, 0), '/health')).toBe(200);
  });

  it('has the share of four clients of the event streams, and of the requests under way', async () => {
    for (const limits of [{ eventStreamsPerClient: 2 }, { connectionsPerClient: 2 }]) {
      const { url } = await openDoor({ trustedProxies, limits: { maxEventStreams: 100, ...limits } });
      const abort = new AbortController();
      const { signal } = abort;
      const statuses = [];
      for (const client of nine) statuses.push(await behind(url, client, '/v1/events', { signal }));
      expect(statuses).toEqual([...Array(8).fill(200), 429]);
      expect(await behind(url, within(2, 0), '/v1/events', { signal })).toBe(200);
      abort.abort();
      // What was taken is given back when the streams end.
      await expect.poll(() => behind(url, within(1, 9), '/health')).toBe(200);
    }
  });

  it('looks for changed line breaks as long as few are wrong, says so when it no longer does, and counts the text as it is shown all along', async () => {
    const desk = createSignatureDesk();
    const given = (body: string) => {
      const parsed = JSON.parse(body);
      return { ...parsed, text: voteText(parsed) };
    };
    const pasted = (sequence: number) => {
      const signed = given(ballot(sequence));
      return { ...signed, signature: alice.sign(signed.text.replaceAll('\n', ' ')) };
    };
    const once = pasted(1);
    await desk.verify([once], alice.account, 'a');
    const reasons: string[] = [];
    for (let index = 2; index <= 60; index++) {
      const wrong = given(ballot(index, mallory));
      await desk.verify([wrong], alice.account, 'b').catch((error: unknown) => reasons.push(String(error)));
    }
    expect(reasons).toHaveLength(59);
    expect(reasons[0]).toMatch(/Was it signed by another account/);
    expect(reasons.at(-1)).toMatch(/is not looked at now/);
    await expect(desk.verify([pasted(61)], alice.account, 'a')).rejects.toThrow(
      'sign the text with its lines',
    );
    await desk.verify([given(ballot(62))], alice.account, 'a');
    // What took the long look once does not need it again: a proposer sends his signature again with the code.
    await desk.verify([once], alice.account, 'a');
  });

  it('looks at every form of the texts of a multisig no more often than of others, so that one act does not take a second', async () => {
    const desk = createSignatureDesk();
    const text = voteText(JSON.parse(ballot(1)));
    const pasted = Array.from({ length: 60 }, (_, index) => {
      const { account, scheme, sign } = signerFromUri(`//signatory/${index}`);
      return { account, scheme, text, signature: sign(text.replaceAll('\n', '')) };
    });
    await expect(desk.verify(pasted, `0x${'aa'.repeat(32)}`, 'a')).rejects.toThrow('is not looked at now');
  });

  it('checks no signature of a multisig twice, lets others have their turn between two, and gives their sender no credit for them', async () => {
    const desk = createSignatureDesk();
    const people = Array.from({ length: 60 }, (_, index) => signerFromUri(`//signatory/${index}`));
    const text = voteText(JSON.parse(ballot(1)));
    const right = people.map(({ account, scheme, sign }) => ({
      account,
      scheme,
      text,
      signature: sign(text),
    }));
    const account = `0x${'aa'.repeat(32)}` as const;
    const order: string[] = [];
    const told = (what: string) => () => void order.push(what);
    const whole = desk.verify(right, account, 'a').then(told('all of them'));
    const other = JSON.parse(ballot(2));
    const single = desk.verify([{ ...other, text: voteText(other) }], alice.account, 'b').then(told('one'));
    await Promise.all([whole, single]);
    expect(order).toEqual(['one', 'all of them']);

    const time = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    const fresh = text.replace('sequence: 1', 'sequence: 9');
    const [first, ...rest] = people.map(({ account, scheme, sign }) => ({
      account,
      scheme,
      text: fresh,
      signature: sign(fresh),
    }));
    if (!first) throw new Error('nobody signed');
    const wrong = { ...first, signature: right[0]?.signature ?? '0x' };
    const before = await time(() => desk.verify(rest, account, 'a'));
    // Whoever changes one signature only has the service look at that one.
    const after = await time(() => desk.verify([...rest, wrong], account, 'a').catch(() => undefined));
    expect(after).toBeLessThan(before);
    await expect(desk.verify([...rest, wrong], account, 'a')).rejects.toThrow('was refused before');
    await desk.verify([...rest, first], account, 'a');
  });

  it('keeps nobody else from voting by wrong votes, each from another address', async () => {
    const desk = createSignatureDesk();
    const proxied = (client: string) => clientOf(trustedProxies, '127.0.0.1', client);
    const order: string[] = [];
    const check = (body: string, client: string) => {
      const given = JSON.parse(body);
      const told = (what: string) => () => void order.push(what);
      return desk
        .verify([{ ...given, text: voteText(given) }], given.account, proxied(client))
        .then(told('right'), told('wrong'));
    };
    const all = [];
    for (let index = 1; index <= 600; index++) {
      all.push(check(ballot(index, mallory), within(1, index)));
      if (index % 100 === 0) all.push(check(ballot(10_000 + index), '198.51.100.1'));
    }
    await Promise.all(all);
    // Each has its turn after one of theirs, not after all of them.
    expect(order.lastIndexOf('right')).toBeLessThan(20);
    expect(order.filter((what) => what === 'right')).toHaveLength(6);
  });
});
