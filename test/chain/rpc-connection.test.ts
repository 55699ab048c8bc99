import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { placeName } from '../../src/chain/nodes/endpoint-names.ts';
import { Endpoints, hexSchema } from '../../src/chain/nodes/endpoints.ts';
import { type ConnectionOptions, RpcConnection } from '../../src/chain/nodes/rpc-connection.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { listOf } from '../../src/domain/list-of.ts';

type Answer = (request: { readonly id: number; readonly method: string }, client: WebSocket) => void;

describe('a connection to a node that sends what no node should', () => {
  let servers: WebSocketServer[] = [];
  let connections: RpcConnection[] = [];
  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    for (const server of servers) {
      for (const client of server.clients) client.terminate();
      server.close();
    }
    servers = [];
    connections = [];
  });

  const serve = async (answer: Answer, perMessageDeflate = false): Promise<string> => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    servers.push(server);
    await once(server, 'listening');
    server.on('connection', (client) => {
      client.on('error', () => undefined);
      client.on('message', (data) => answer(JSON.parse(String(data)), client));
    });
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const open = async (url: string, options: Partial<ConnectionOptions> = {}): Promise<RpcConnection> => {
    const limits = { connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 };
    const connection = await RpcConnection.open(url, { ...limits, ...options });
    connections.push(connection);
    return connection;
  };
  const refusing =
    (error: (id: number) => string): Answer =>
    ({ id }, client) =>
      client.send(`{"jsonrpc":"2.0","id":${id},"error":${error(id)}}`);
  const failureOf = (work: Promise<unknown>): Promise<RescueError> =>
    work.then(
      () => {
        throw new Error('it did not fail');
      },
      (error: RescueError) => error,
    );
  const notification = JSON.stringify({
    jsonrpc: '2.0',
    method: 'chain_finalizedHead',
    params: { subscription: 'one', result: {} },
  });

  it('outlives a refusal whose data is nested deeper than the stack', async () => {
    const nested = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
    const node = await open(await serve(refusing(() => `{"code":1,"message":"no","data":${nested}}`)));
    const failure = await failureOf(node.ask(z.unknown(), 'a_question'));
    expect(failure).toMatchObject({ name: 'RpcRefusal', code: 1 });
    expect(failure.message).toMatch(/^no: /);
    expect(node.alive).toBe(true);
  });

  it.each([
    ['lists', '[],', 'array'],
    ['objects', '{},', 'array'],
    ['numbers', '1,', 'array'],
    ['levels', '[', 'nested'],
    ['members', '"a":0,', 'object'],
  ])(
    'ends a connection that sends a frame full of %s, which would take seconds to read',
    async (_what, piece, kind) => {
      const pieces = piece.repeat(Math.floor(30_000_000 / piece.length));
      const result = { array: `[${pieces}0]`, object: `{${pieces}"b":0}`, nested: pieces }[kind];
      const node = await open(
        await serve(({ id }, client) => client.send(`{"jsonrpc":"2.0","id":${id},"result":${result}}`)),
      );
      const start = process.cpuUsage();
      const failure = await failureOf(node.ask(z.unknown(), 'a_question'));
      const { user, system } = process.cpuUsage(start);
      expect(failure).toMatchObject({ code: 'RESCUE_NODE_MALFORMED' });
      expect((user + system) / 1000).toBeLessThan(1_000);
    },
  );

  it('looks no further in an answer than to the first thing that is wrong with it', async () => {
    const proof = JSON.stringify(Array(240_000).fill(1));
    const node = await open(
      await serve(({ id }, client) => client.send(`{"jsonrpc":"2.0","id":${id},"result":${proof}}`)),
    );
    const start = process.cpuUsage();
    const failure = await failureOf(node.ask(listOf(hexSchema, 250_000), 'a_question'));
    const { user, system } = process.cpuUsage(start);
    expect(failure).toMatchObject({ code: 'RESCUE_NODE_MALFORMED' });
    expect((user + system) / 1000).toBeLessThan(1_000);
  });

  it('takes a long proof, however many quotes and brackets its text has', async () => {
    const nodes = Array.from(
      { length: 20_000 },
      (_, index) => `0x${'00'.repeat(500)}${'[,"\\'.repeat(index % 9)}`,
    );
    const node = await open(
      await serve(({ id }, client) => client.send(JSON.stringify({ jsonrpc: '2.0', id, result: nodes }))),
    );
    expect(await node.ask(z.array(z.string()), 'a_question')).toEqual(nodes);
  });

  it('keeps of a refusal no more than a page, and no character that moves a cursor', async () => {
    const text = JSON.stringify(`\u001b[2J\u0007bad\u202enews\r\n${'x'.repeat(20_000_000)}`);
    const node = await open(await serve(refusing(() => `{"code":1,"message":${text},"data":${text}}`)));
    const { message } = await failureOf(node.ask(z.unknown(), 'a_question'));
    expect(message).toMatch(/^\[2J bad news x/);
    expect(message.length).toBeLessThanOrEqual(4096);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('ends a connection that floods it with notifications', async () => {
    const url = await serve(({ id, method }, client) => {
      client.send(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'ask' ? 1 : 'one' }));
      if (method === 'flood') for (let sent = 0; sent < 10_000; sent += 1) client.send(notification);
    });
    const node = await open(url, { now: () => 0 });
    let heard = 0;
    await node.subscribe('flood', 'end', () => {
      heard += 1;
    });
    const reason = await new Promise<RescueError>((resolve) => node.onClosed(resolve));
    expect(reason).toMatchObject({ code: 'RESCUE_NODE_MALFORMED' });
    expect(heard).toBeLessThan(5_000);
  });

  it('takes as many notifications as a node sends that catches up', async () => {
    const url = await serve(({ id, method }, client) => {
      client.send(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'ask' ? 1 : 'one' }));
      if (method === 'catchUp') for (let sent = 0; sent < 3_000; sent += 1) client.send(notification);
    });
    const node = await open(url, { now: () => 0 });
    await node.subscribe('catchUp', 'end', () => undefined);
    expect(await node.ask(z.number(), 'ask')).toBe(1);
  });

  it('ends a connection that answers what nobody asked, again and again', async () => {
    const url = await serve((_, client) => {
      for (let id = 1_000; id < 10_000; id += 1) client.send(`{"jsonrpc":"2.0","id":${id},"result":1}`);
    });
    const node = await open(url, { now: () => 0 });
    await expect(node.ask(z.unknown(), 'a_question')).rejects.toMatchObject({
      code: 'RESCUE_NODE_MALFORMED',
    });
  });

  it('ends a connection whose notification is larger than any head or justification', async () => {
    const url = await serve(({ id }, client) => {
      client.send(JSON.stringify({ jsonrpc: '2.0', id, result: 'one' }));
      client.send(notification.replace('{}', `"${'x'.repeat(5_000_000)}"`));
    });
    const node = await open(url);
    await node.subscribe('subscribe', 'end', () => undefined);
    const reason = await new Promise<RescueError>((resolve) => node.onClosed(resolve));
    expect(reason.message).toMatch(/notification of 5\d{6} bytes/);
  });

  it('refuses one id for two subscriptions, which would take the first one its listener', async () => {
    const node = await open(await serve(({ id }, client) => client.send(`{"id":${id},"result":"one"}`)));
    await node.subscribe('subscribe', 'end', () => undefined);
    await expect(node.subscribe('subscribe', 'end', () => undefined)).rejects.toMatchObject({
      code: 'RESCUE_NODE_MALFORMED',
    });
  });

  it('takes no compressed frames, a few bytes of which can hold gigabytes', async () => {
    const url = await serve(({ id }, client) => {
      expect(client.extensions).toBe('');
      client.send(`{"id":${id},"result":1}`, { compress: true });
    }, true);
    expect(await (await open(url)).ask(z.number(), 'ask')).toBe(1);
    const bomb = await serve((_, client) => {
      // A final text frame with the bit set that says compressed, though nobody agreed on compression.
      const { _socket: socket } = client as WebSocket & { readonly _socket: { write(data: Buffer): void } };
      socket.write(Buffer.from([0xc1, 0x02, 0x4b, 0x04]));
    });
    await expect((await open(bomb)).ask(z.unknown(), 'ask')).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });
  });

  it('is closed by all whose requests were under way, with one wait for its socket', async () => {
    const connection = await open(await serve(() => undefined));
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    await Promise.all(Array.from({ length: 20 }, () => connection.close()));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('shows no key of its URL, even when the node repeats it', async () => {
    const url = await serve(
      refusing(() => '{"code":1,"message":"the key s3cr3t-key has no credit, nor pa55word"}'),
    );
    const node = await open(`${url.replace('ws://', 'ws://user:pa55word@')}/v1/s3cr3t-key`);
    const { message } = await failureOf(node.ask(z.unknown(), 'a_question'));
    expect(message).toBe('the key … has no credit, nor …');
    expect(node.name).not.toMatch(/s3cr3t|pa55word/);
  });

  it('is called by its place where hosts are not to be shown, whatever fails and whatever the node says', async () => {
    const url = await serve(({ id, method }, client) => {
      const { host } = new URL(url);
      const result = method === 'chain_getBlockHash' ? `"0x${'00'.repeat(32)}"` : null;
      const answer = result ? `"result":${result}` : `"error":{"code":1,"message":"${host} is overloaded"}`;
      client.send(`{"id":${id},${answer}}`);
    });
    const dead = 'ws://localhost:1/key-of-mine';
    const endpoints = new Endpoints({ urls: [dead, url], name: placeName('relay') });
    const failure = await failureOf(endpoints.use((node) => node.ask(z.unknown(), 'a_question')));
    expect(failure.message).toContain('relay endpoint 1 of 2: connection refused');
    expect(failure.message).toContain('relay endpoint 2 of 2 is overloaded');
    expect(failure.message).not.toMatch(/localhost|127\.0\.0\.1|::1|key-of-mine/);
    expect(endpoints.withHosts(failure.message)).toContain('relay endpoint 1 of 2 (ws://localhost:1)');
    await endpoints.close();
  });
});
