import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { blake, hash, PLACE } from '../store/samples.ts';
import { type Door, openDoor } from '../support/http-door.ts';
import { SITE, SITE_PROXIES } from '../support/site-proxies.ts';

const TOKEN = 'ab'.repeat(32);
const MEBIBYTE = 1024 * 1024;
/** Two machines of the outside; the third one is the proxy's own. */
const [ONE, OTHER] = ['127.0.0.2', '127.0.0.3'];

interface Asked {
  readonly from?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The head of an answer that comes through the proxy; its body is read only by who wants it. */
async function head(port: number, path: string, asked: Asked = {}): Promise<IncomingMessage> {
  const { from = ONE, method = 'GET', headers = {}, body } = asked;
  const sent: ClientRequest = request({
    host: '127.0.0.1',
    port,
    localAddress: from,
    path,
    method,
    agent: false,
    headers: { host: SITE, ...(body !== undefined && { 'content-length': String(body.length) }), ...headers },
  });
  onTestFinished(() => void sent.destroy());
  // Who is refused while he still sends is cut off behind the answer.
  sent.on('error', () => undefined);
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

async function status(port: number, path: string, asked: Asked = {}): Promise<number> {
  const answer = await head(port, path, asked);
  answer.resume();
  await once(answer, 'close');
  return answer.statusCode ?? 0;
}

/** What the socket answers to bytes as they are, up to its first line. */
async function firstLine(port: number, bytes: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: ONE });
  onTestFinished(() => void socket.destroy());
  socket.write(bytes);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString().split('\r\n')[0] ?? '';
}

for (const { name, program, start } of SITE_PROXIES) {
  const isHere = program !== null && process.platform === 'linux';
  if (!isHere) console.warn(`${name} is not here, so the example site is not attacked through it`);

  describe.skipIf(!isHere)(`through the example site of ${name}`, () => {
    /** As its first lines say that the service is configured. */
    const open = async (
      limits: Parameters<typeof openDoor>[0] = {},
    ): Promise<{ door: Door; port: number }> => {
      const door = await openDoor({
        operatorToken: TOKEN,
        trustedProxies: ['127.0.0.1'],
        hosts: { hosts: [SITE] },
        ...limits,
      });
      return { door, port: (await start(door.url)).port };
    };

    it('nobody is the operator by where he comes from, by what he writes, or under another name', async () => {
      const { door, port } = await open();
      const act = (headers: Record<string, string>) =>
        status(port, '/v1/paras/2000/retry', { method: 'POST', headers });
      for (const headers of [
        {},
        { 'x-forwarded-for': '127.0.0.1' },
        { 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1;host=localhost' },
        { via: '1.1 localhost' },
        { origin: `https://${SITE}` },
      ] as Record<string, string>[]) {
        expect(await act(headers)).toBe(401);
      }
      expect(await act({ authorization: `Bearer ${'cd'.repeat(32)}` })).toBe(403);
      for (const host of ['localhost', '127.0.0.1', 'attacker.example']) {
        const answer = await head(port, '/v1/status', { headers: { host, 'x-forwarded-host': SITE } });
        const body = Buffer.concat(await answer.toArray()).toString();
        // The proxy itself has nothing under other names.
        expect({ host, body: body.includes('sight') }).toEqual({ host, body: false });
      }
      expect(door.service.calls).toEqual([]);
      expect(await act({ authorization: `Bearer ${TOKEN}` })).toBe(200);
    });

    it('limits count whoever connects, not whom he says he is', async () => {
      const { port } = await open({ limits: { readsPerMinute: 5, eventStreamsPerClient: 2 } });
      const forged = (count: number) => ({ 'x-forwarded-for': `203.0.113.${count}, ${OTHER}` });
      const read = (from: string, count: number) =>
        status(port, '/v1/paras/2000', { from, headers: forged(count) });
      const reads = [1, 2, 3, 4, 5, 6, 7].map((count) => () => read(ONE, count));
      const seen: number[] = [];
      for (const one of reads) seen.push(await one());
      expect(seen).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect(await read(OTHER, 8)).toBe(200);

      const stream = async (from: string, count: number) =>
        (await head(port, '/v1/events', { from, headers: forged(count) })).statusCode;
      expect([await stream(OTHER, 1), await stream(OTHER, 2), await stream(OTHER, 3)]).toEqual([
        200, 200, 429,
      ]);
    });

    it('events come at once, and sockets of another kind do not open', async () => {
      const { door, port } = await open();
      const stream = await head(port, '/v1/events?after=0');
      door.service.push('it happened');
      let got = '';
      for await (const chunk of stream) {
        got += String(chunk);
        if (got.includes('it happened')) break;
      }
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
      expect(
        await firstLine(
          port,
          `GET /v1/events HTTP/1.1\r\nhost: ${SITE}\r\n${Object.entries(upgrade)
            .map(([key, value]) => `${key}: ${value}\r\n`)
            .join('')}sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
        ),
      ).not.toContain('101');
    });

    it('takes code as large as the relay chain does, and nothing larger', async () => {
      const { door, port } = await open();
      const code = new Uint8Array(8 * MEBIBYTE);
      code.set([0, 97, 115, 109, 1]);
      const announced = await head(port, '/v1/paras/2000/proposals', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          roundId: PLACE.roundId,
          text: 'x',
          proposer: hash(3),
          scheme: 'sr25519',
          signature: `0x${'00'.repeat(64)}`,
          codeHash: blake(code),
        }),
      });
      const { upload } = JSON.parse(Buffer.concat(await announced.toArray()).toString());
      const put = (body: Uint8Array) =>
        status(port, upload, {
          method: 'PUT',
          headers: { 'content-type': 'application/octet-stream' },
          body,
        });
      expect(await put(new Uint8Array(8 * MEBIBYTE + 1))).toBe(413);
      expect(door.service.calls.map(([called]) => called)).not.toContain('propose');
      expect(await put(code)).toBe(201);
      const vote = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: 'x'.repeat(MEBIBYTE),
      };
      expect(await status(port, '/v1/paras/2000/votes', vote)).toBe(413);
    });

    it('whoever reads slowly, or frames requests twice, keeps nobody else from being answered', async () => {
      const { door, port } = await open({ limits: { connectionsPerClient: 3 } });
      const large = new Uint8Array(16 * MEBIBYTE);
      door.service.code = async () => large;
      const slow = () => head(port, `/v1/code/${hash(5)}`);
      // Nothing of these answers is read.
      expect([(await slow()).statusCode, (await slow()).statusCode, (await slow()).statusCode]).toEqual([
        200, 200, 200,
      ]);
      expect(await status(port, '/v1/status')).toBe(429);
      expect(await status(port, '/v1/status', { from: OTHER })).toBe(200);
      const twice = 'content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
      expect(
        await firstLine(port, `POST /v1/paras/2000/votes HTTP/1.1\r\nhost: ${SITE}\r\n${twice}`),
      ).toMatch(/ 4\d\d/);
      expect(
        await firstLine(
          port,
          `GET /v1/status HTTP/1.1\r\nhost: ${SITE}\r\nx: ${'y'.repeat(64 * 1024)}\r\n\r\n`,
        ),
      ).toMatch(/ 4\d\d/);
      expect(door.service.calls).toEqual([]);
    });
  });
}
