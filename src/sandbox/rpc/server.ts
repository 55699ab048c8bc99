import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { Connection, Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import { Params } from './params.ts';
import {
  BATCH_TOO_LARGE,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  PARSE_ERROR,
  RESPONSE_TOO_LARGE,
  RpcError,
} from './rpc-error.ts';

/** The same as nodes' default `--rpc-max-request-size` and `--rpc-max-response-size`. */
const LARGEST_REQUEST = 15 * 1024 * 1024;
const LARGEST_RESPONSE = 15 * 1024 * 1024;

/** May change what a request answers: faults. */
export type AnswerFilter = (method: string, params: readonly unknown[], result: unknown) => unknown;

/** A client that reads so many bytes later than they are written is cut off. */
const MOST_UNREAD = 64 * 1024 * 1024;

export interface ServerOptions {
  /** Whether web pages may ask: wallets and applications of the chain do. Default: they may not. */
  readonly pages?: boolean;
}

/** What web pages are told: any of them may ask, also one that came from the open network. */
const FOR_PAGES = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': 'content-type',
  'access-control-allow-private-network': 'true',
  'access-control-max-age': '600',
};

/** JSON-RPC 2.0 over WebSocket, and over HTTP POST without subscriptions, on one loopback port. */
export class RpcServer {
  readonly #methods: Methods;
  readonly #host: string;
  readonly #pages: boolean;
  #port: number;
  #http: Server | undefined;
  #sockets: WebSocketServer | undefined;
  /** Milliseconds that each answer is held back. */
  delayMs = 0;
  filter: AnswerFilter = (_method, _params, result) => result;

  /** Port 0 takes a free one at the first start and keeps it. */
  constructor(methods: Methods, host: string, port: number, { pages = false }: ServerOptions = {}) {
    this.#methods = methods;
    this.#host = host;
    this.#port = port;
    this.#pages = pages;
  }

  get url(): string {
    return `ws://${this.#host}:${this.#port}`;
  }

  get running(): boolean {
    return this.#http !== undefined;
  }

  /** Throws RESCUE_CONFIG_INVALID when the port is taken. */
  async start(): Promise<void> {
    if (this.#http !== undefined) return;
    const http = createServer((request, response) => {
      // A client that goes away in the middle of its request has nothing to be told.
      this.#post(request, response).catch(() => response.destroy());
    });
    const sockets = new WebSocketServer({
      server: http,
      maxPayload: LARGEST_REQUEST,
      perMessageDeflate: false,
      // A WebSocket asks nobody's leave: only this keeps pages out.
      verifyClient: ({ origin }: { origin?: string }) => this.#pages || !origin,
    });
    // ws repeats the server's errors; `listening` below tells them.
    sockets.on('error', () => {});
    sockets.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(this.#port, this.#host, resolve);
    }).catch((cause) => {
      throw new RescueError(
        'RESCUE_CONFIG_INVALID',
        `cannot listen on ${this.#host}:${this.#port}: ${messageOf(cause)}; choose another port or stop what uses it`,
        { cause },
      );
    });
    this.#port = (http.address() as AddressInfo).port;
    this.#http = http;
    this.#sockets = sockets;
  }

  /** Closes the port and cuts all clients off. `start` opens the same port again. */
  async stop(): Promise<void> {
    const http = this.#http;
    if (http === undefined) return;
    this.#http = undefined;
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }

  #serve(socket: WebSocket): void {
    const send = (text: string) => {
      if (socket.bufferedAmount > MOST_UNREAD) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.send(text);
    };
    const connection = new Connection((message) => send(JSON.stringify(message)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => connection.close());
    socket.on('message', (data) => {
      this.#answer(String(data), connection, send).catch(() => socket.terminate());
    });
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin } = request.headers;
    if (origin !== undefined && !this.#pages) {
      response.writeHead(403).end('Web pages may not ask here');
      return;
    }
    const headers = { 'content-type': 'application/json', ...(this.#pages && FOR_PAGES) };
    if (request.method === 'OPTIONS' && this.#pages) {
      response.writeHead(204, FOR_PAGES).end();
      return;
    }
    const health = request.url === '/health' ? this.#methods.system_health : undefined;
    if (request.method === 'GET' && health) {
      response.writeHead(200, headers).end(JSON.stringify(health(new Params([]), new Connection(null))));
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405).end('Used HTTP Method is not allowed. POST is required');
      return;
    }
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of request) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > LARGEST_REQUEST) {
        response.writeHead(413).end();
        return;
      }
    }
    const connection = new Connection(null);
    let text = '';
    await this.#answer(Buffer.concat(parts).toString(), connection, (reply) => {
      text = reply;
    });
    response.writeHead(200, headers).end(text);
    connection.close();
  }

  /** Gives the text of the answer to `reply`, unless there is none. */
  async #answer(message: string, connection: Connection, reply: (text: string) => void): Promise<void> {
    let request: unknown;
    try {
      request = JSON.parse(message);
    } catch {
      reply(failure(null, PARSE_ERROR, 'Parse error'));
      return;
    }
    const begun: Subscription[] = [];
    if (this.delayMs > 0) await delay(this.delayMs);
    if (!Array.isArray(request)) {
      const answer = await this.#one(request, connection, begun);
      if (answer !== null) reply(answer);
    } else if (request.length === 0) {
      reply(failure(null, INVALID_REQUEST, 'Invalid request'));
    } else {
      const replies: string[] = [];
      let size = 0;
      for (const item of request) {
        const answer = await this.#one(item, connection, begun);
        if (answer === null) continue;
        size += answer.length + 1;
        if (size > LARGEST_RESPONSE) {
          reply(failure(null, BATCH_TOO_LARGE, 'The batch response was too large'));
          return;
        }
        replies.push(answer);
      }
      if (replies.length > 0) reply(`[${replies.join(',')}]`);
    }
    for (const subscription of begun) connection.begin(subscription);
  }

  /** The text of the answer; null for a notification, which nobody answers. */
  async #one(request: unknown, connection: Connection, begun: Subscription[]): Promise<string | null> {
    const { jsonrpc, id, method, params } = (request ?? {}) as Record<string, unknown>;
    // Lists within lists, a million deep, can be read but not written again.
    if (id != null && typeof id !== 'string' && typeof id !== 'number')
      return failure(null, INVALID_REQUEST, 'Invalid request');
    if (jsonrpc !== '2.0' || typeof method !== 'string')
      return failure(id ?? null, INVALID_REQUEST, 'Invalid request');
    if (params !== undefined && params !== null && !Array.isArray(params)) {
      return failure(id ?? null, INVALID_PARAMS, 'Invalid params', 'parameters must be a list');
    }
    const values = (params ?? []) as readonly unknown[];
    const handler = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
    try {
      if (handler === undefined) throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
      const result = await handler(new Params(values), connection);
      if (id === undefined) {
        if (result instanceof Subscription) result.stop();
        return null;
      }
      if (result instanceof Subscription) {
        admit(result, connection);
        begun.push(result);
        return success(id, result.id);
      }
      const told = this.filter(method, values, result);
      const text = success(id, told);
      // A lie may be as large as whoever tells it likes.
      return told === result && text.length > LARGEST_RESPONSE ? tooLarge(id) : text;
    } catch (error) {
      if (id === undefined) return null;
      if (error instanceof RpcError) return failure(id, error.code, error.message, error.data);
      return failure(
        id,
        -32_603,
        `Internal error: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** What is not admitted has to let go of what it holds already. */
function admit(subscription: Subscription, connection: Connection): void {
  try {
    connection.admit(subscription);
  } catch (error) {
    subscription.stop();
    throw error;
  }
}

function success(id: unknown, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null });
}

function tooLarge(id: unknown): string {
  return failure(id, RESPONSE_TOO_LARGE, 'Response is too big', `Exceeded max limit of ${LARGEST_RESPONSE}`);
}

function failure(id: unknown, code: number, message: string, data?: unknown): string {
  const error = data === undefined ? { code, message } : { code, message, data };
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
