import { WebSocket } from 'ws';
import { z } from 'zod';
import { messageOf, RescueError } from '../../domain/errors.ts';

/**
 * A JSON-RPC error answer: the node works, but refuses this request. Kept apart from `RescueError`, because callers
 * read meaning out of it (unknown block, panicked runtime, missing method).
 */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  readonly code: number;
  readonly method: string;

  constructor(method: string, code: number, message: string) {
    super(message);
    this.method = method;
    this.code = code;
  }
}

export interface ConnectionTimeouts {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** Largest frame taken from a node: a block full of runtimes in hex still fits. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Time for the closing handshake before the socket is destroyed. */
const CLOSE_TIMEOUT_MS = 500;
/** Notifications kept for subscriptions whose id is not known yet. */
const MAX_EARLY = 16;

const answerSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
  method: z.string().optional(),
  params: z.object({ subscription: z.union([z.number(), z.string()]), result: z.unknown() }).optional(),
});
const subscriptionId = z.union([z.number(), z.string()]);

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One WebSocket to one node. Every request is answered, refused (`RpcRefusal`) or fails in time
 * (`RESCUE_NODE_UNREACHABLE`); a frame that is no JSON-RPC ends the connection with `RESCUE_NODE_MALFORMED`. It never
 * reconnects: whoever holds it opens another one. Written for this instead of polkadot-js' WsProvider, whose message
 * handler throws out of the socket's event on malformed JSON and so ends the process.
 */
export class RpcConnection {
  /** The endpoint as it may be shown: scheme and host, without paths that can hold access keys. */
  readonly name: string;
  readonly #socket: WebSocket;
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (result: unknown) => void>();
  readonly #early = new Map<string, unknown>();
  readonly #onClosed = new Set<(reason: RescueError) => void>();
  #nextId = 1;
  #failure: RescueError | null = null;

  private constructor(url: string, socket: WebSocket, timeoutMs: number) {
    this.name = endpointName(url);
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? null : String(data)));
    socket.on('error', (error) => this.#fail(unreachable(this.name, error.message, error)));
    socket.on('close', (code) =>
      this.#fail(unreachable(this.name, `it closed the connection (code ${code})`)),
    );
  }

  /** @throws RESCUE_NODE_UNREACHABLE */
  static async open(url: string, timeouts: ConnectionTimeouts): Promise<RpcConnection> {
    const name = endpointName(url);
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, {
        handshakeTimeout: timeouts.connectTimeoutMs,
        maxPayload: MAX_FRAME_BYTES,
        perMessageDeflate: false,
      });
    } catch (error) {
      throw unreachable(name, messageOf(error), error);
    }
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) =>
        reject(unreachable(name, messageOf(error) || 'connection refused', error)),
      );
    });
    return new RpcConnection(url, socket, timeouts.requestTimeoutMs);
  }

  get alive(): boolean {
    return this.#failure === null;
  }

  /** Calls `listener` once when the connection has ended; at once when it has already. Returns the way to forget it. */
  onClosed(listener: (reason: RescueError) => void): () => void {
    if (this.#failure) listener(this.#failure);
    else this.#onClosed.add(listener);
    return () => this.#onClosed.delete(listener);
  }

  /** Sends a request and checks its result. @throws RpcRefusal, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
  async ask<T>(schema: z.ZodType<T>, method: string, ...params: readonly unknown[]): Promise<T> {
    const parsed = schema.safeParse(await this.#request(method, params));
    if (!parsed.success)
      throw this.malformed(`the answer to ${method} is not what it should be`, parsed.error);
    return parsed.data;
  }

  /**
   * Subscribes; results arrive unparsed, in order. The returned function ends the subscription and never throws.
   * @throws RpcRefusal, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
   */
  async subscribe(
    method: string,
    unsubscribe: string,
    listener: (result: unknown) => void,
  ): Promise<() => void> {
    const id = await this.ask(subscriptionId, method);
    const key = String(id);
    this.#listeners.set(key, listener);
    if (this.#early.has(key)) listener(this.#early.get(key));
    this.#early.delete(key);
    return () => {
      if (!this.#listeners.delete(key) || !this.alive) return;
      this.#request(unsubscribe, [id]).catch(() => undefined);
    };
  }

  /** A coded error about this node's answers. */
  malformed(problem: string, cause?: unknown): RescueError {
    const detail = cause instanceof z.ZodError ? `: ${z.prettifyError(cause).split('\n')[0] ?? ''}` : '';
    return new RescueError('RESCUE_NODE_MALFORMED', `${this.name}: ${problem}${detail}`, { cause });
  }

  /** Ends the connection; requests under way fail. Resolves when the socket is gone. */
  async close(): Promise<void> {
    this.#fail(unreachable(this.name, 'the connection was closed on this side'));
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.close(1000);
    });
  }

  #request(method: string, params: readonly unknown[]): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(unreachable(this.name, `it did not answer ${method} within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#pending.set(id, { method, resolve, reject, timer });
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  #receive(text: string | null): void {
    if (this.#failure) return;
    const parsed = answerSchema.safeParse(text === null ? undefined : parseJson(text));
    if (!parsed.success) {
      this.#fail(this.malformed('it sent a frame that is no JSON-RPC message'));
      this.#socket.terminate();
      return;
    }
    const { id, method, params, error, result } = parsed.data;
    if (method !== undefined && params !== undefined) {
      this.#notify(String(params.subscription), params.result);
      return;
    }
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (typeof id !== 'number' || !pending) return; // late answer to a request that timed out
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (error) pending.reject(new RpcRefusal(pending.method, error.code, refusalText(error)));
    else if (result === undefined)
      pending.reject(this.malformed(`its answer to ${pending.method} has no result`));
    else pending.resolve(result);
  }

  #notify(subscription: string, result: unknown): void {
    const listener = this.#listeners.get(subscription);
    if (listener) listener(result);
    else if (this.#early.size < MAX_EARLY || this.#early.has(subscription))
      this.#early.set(subscription, result);
  }

  #fail(reason: RescueError): void {
    if (this.#failure) return;
    this.#failure = reason;
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(reason);
    }
    this.#pending.clear();
    this.#listeners.clear();
    this.#early.clear();
    for (const listener of this.#onClosed) listener(reason);
    this.#onClosed.clear();
  }
}

/** Scheme and host of an endpoint; the rest of a URL may hold a key and is never shown. */
export function endpointName(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'an endpoint that is no URL';
  }
}

/** What a node that answers `null` for a block means: another endpoint may know it. */
export function unknownBlock(node: RpcConnection, hash: string): RpcRefusal {
  return new RpcRefusal('chain_getHeader', 4003, `${node.name} does not know the block ${hash}`);
}

function unreachable(name: string, problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_NODE_UNREACHABLE', `${name}: ${problem}`, { cause });
}

/** Nodes put the interesting part, such as a panic's message, sometimes into `message` and sometimes into `data`. */
function refusalText(error: { message: string; data?: unknown }): string {
  const data = error.data === undefined || error.data === null ? '' : `: ${textOf(error.data)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a node must not reach a terminal
  return `${error.message}${data}`.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ').slice(0, 4096);
}

function textOf(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
