import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { isWithin } from '../../bytes/json-shape.ts';
import { RescueError } from '../../domain/errors.ts';
import { type Allowance, createAllowance } from './allowance.ts';
import { endpointName, failureText, nodeText } from './endpoint-names.ts';

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

export interface ConnectionOptions {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How errors and status call the node; its scheme and host when left out. */
  readonly name?: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Largest frame taken from a node: a block full of runtimes in hex still fits. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Frames above this are looked at before they are parsed. */
const LARGE_FRAME_BYTES = 64 * 1024;
/** No answer holds more: a block of 100 000 extrinsics, a proof of some ten thousand nodes. 64 MB of `[],` would cost 8 s and a gigabyte. */
const LARGEST_SHAPE = { depth: 100_000, values: 250_000 };
/** Time for the closing handshake before the socket is destroyed. */
const CLOSE_TIMEOUT_MS = 500;
/** Largest notification: a justification of a thousand voters with its headers is a tenth of it. */
const MAX_NOTIFICATION_BYTES = 4 * 1024 * 1024;
/**
 * What nobody asked for by a request: notifications, answers to no question. A node that catches up passes on many
 * heads at once; each unit is a frame, or 64 KiB of a larger one.
 */
const UNASKED = { burst: 4000, perSecond: 400 };
const BYTES_OF_A_UNIT = 64 * 1024;
/** Notifications kept for subscriptions whose id is not known yet. */
const MAX_EARLY = 16;
const MAX_SUBSCRIPTIONS = 64;
/** UTF-16 units of a refusal that are kept; what a panic says is at its beginning. */
const LONGEST_REFUSAL = 4096;
const LONGEST_PROBLEM = 1000;

const answerSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
  method: z.string().optional(),
  params: z.object({ subscription: z.union([z.number(), z.string()]), result: z.unknown() }).optional(),
});
const subscriptionId = z.union([z.number(), z.string().max(200)]);
/** What nodes said that provably is not so. */
const LIES = new WeakSet<RescueError>();

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
  /** The endpoint as it may be shown: never with paths that can hold access keys. */
  readonly name: string;
  readonly #socket: WebSocket;
  readonly #timeoutMs: number;
  readonly #shown: (text: string, longest: number) => string;
  readonly #unasked: Allowance;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (result: unknown) => void>();
  readonly #early = new Map<string, unknown>();
  readonly #onClosed = new Set<(reason: RescueError) => void>();
  #subscribing = 0;
  #nextId = 1;
  #failure: RescueError | null = null;
  #closing: Promise<void> | null = null;

  private constructor(url: string, socket: WebSocket, options: ConnectionOptions) {
    this.name = options.name ?? endpointName(url);
    this.#socket = socket;
    this.#timeoutMs = options.requestTimeoutMs;
    this.#shown = nodeText(url, this.name);
    this.#unasked = createAllowance(UNASKED, options.now ?? (() => performance.now()));
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? null : textOfFrame(data)));
    socket.on('error', (error) => this.#fail(unreachable(this.name, this.#failed(error), error)));
    socket.on('close', (code) =>
      this.#fail(unreachable(this.name, `it closed the connection (code ${code})`)),
    );
  }

  /** @throws RESCUE_NODE_UNREACHABLE */
  static async open(url: string, options: ConnectionOptions): Promise<RpcConnection> {
    const name = options.name ?? endpointName(url);
    const shown = nodeText(url, name);
    const failed = (error: unknown) => unreachable(name, shown(failureText(error), LONGEST_PROBLEM), error);
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, {
        handshakeTimeout: options.connectTimeoutMs,
        maxPayload: MAX_FRAME_BYTES,
        // A compressed frame of a few kilobytes may hold gigabytes.
        perMessageDeflate: false,
        followRedirects: false,
      });
    } catch (error) {
      throw failed(error);
    }
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) => reject(failed(error)));
    });
    return new RpcConnection(url, socket, options);
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
    this.#subscribing += 1;
    let id: number | string;
    try {
      id = await this.ask(subscriptionId, method);
    } finally {
      this.#subscribing -= 1;
    }
    const key = String(id);
    if (this.#listeners.has(key) || this.#listeners.size >= MAX_SUBSCRIPTIONS) {
      throw this.malformed('it gives two subscriptions one id, or more subscriptions than there can be');
    }
    this.#listeners.set(key, listener);
    if (this.#early.has(key)) listener(this.#early.get(key));
    this.#early.delete(key);
    if (this.#subscribing === 0) this.#early.clear();
    return () => {
      if (!this.#listeners.delete(key) || !this.alive) return;
      this.#request(unsubscribe, [id]).catch(() => undefined);
    };
  }

  /** A coded error about this node's answers. */
  malformed(problem: string, cause?: unknown): RescueError {
    const detail = cause instanceof z.ZodError ? `: ${z.prettifyError(cause).split('\n')[0] ?? ''}` : '';
    const text = this.#shown(`${problem}${detail}`, LONGEST_PROBLEM);
    return new RescueError('RESCUE_NODE_MALFORMED', `${this.name}: ${text}`, { cause });
  }

  /** A coded error for what this node said and provably is not so: its endpoint is left for a while. */
  lied(problem: string, cause?: unknown): RescueError {
    const text = this.#shown(problem, LONGEST_PROBLEM);
    const error = new RescueError('RESCUE_NODE_CONTRADICTS', `${this.name}: ${text}`, { cause });
    LIES.add(error);
    return error;
  }

  /** Ends the connection; requests under way fail. Resolves when the socket is gone. */
  close(): Promise<void> {
    this.#fail(unreachable(this.name, 'the connection was closed on this side'));
    // Everybody whose request was under way closes it: one waits for the socket, and the others with it.
    this.#closing ??= this.#socket.readyState === WebSocket.CLOSED ? Promise.resolve() : this.#closeSocket();
    return this.#closing;
  }

  #closeSocket(): Promise<void> {
    return new Promise((resolve) => {
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
      this.#end('it sent a frame that is no JSON-RPC message');
      return;
    }
    const { id, method, params, error, result } = parsed.data;
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if ((method !== undefined && params !== undefined) || typeof id !== 'number' || !pending) {
      this.#receiveUnasked(text?.length ?? 0, params);
      return;
    }
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (error) {
      const said = this.#shown(refusalText(error), LONGEST_REFUSAL);
      pending.reject(new RpcRefusal(pending.method, error.code, said));
    } else if (result === undefined)
      pending.reject(this.malformed(`its answer to ${pending.method} has no result`));
    else pending.resolve(result);
  }

  /** A notification, or a late answer to a request that timed out. */
  #receiveUnasked(
    size: number,
    params: { readonly subscription: number | string; readonly result: unknown } | undefined,
  ): void {
    if (!this.#unasked.take(1 + Math.floor(size / BYTES_OF_A_UNIT))) {
      this.#end('it sends more than it was asked for, faster than any chain makes blocks');
    } else if (params && size > MAX_NOTIFICATION_BYTES) {
      this.#end(`it sent a notification of ${size} bytes`);
    } else if (params) {
      this.#notify(String(params.subscription), params.result);
    }
  }

  #notify(subscription: string, result: unknown): void {
    const listener = this.#listeners.get(subscription);
    if (listener) listener(result);
    else if (this.#subscribing > 0 && (this.#early.size < MAX_EARLY || this.#early.has(subscription)))
      this.#early.set(subscription, result);
  }

  /** Ends the connection at once, for what no honest node sends. */
  #end(problem: string): void {
    this.#fail(this.malformed(problem));
    this.#socket.terminate();
  }

  #failed(error: unknown): string {
    return this.#shown(failureText(error), LONGEST_PROBLEM);
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

/** Whether an error says that a node told what provably is not so: one of `lied`. */
export function isLie(error: unknown): boolean {
  return error instanceof RescueError && LIES.has(error);
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
  return `${error.message.slice(0, LONGEST_REFUSAL)}${data}`;
}

function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  try {
    return JSON.stringify(data);
  } catch {
    // Nested deeper than the stack: this is called from the socket, where an exception would end the process.
    return 'something that cannot be shown';
  }
}

/** Null for a frame of more values, or deeper, than any answer has. */
function textOfFrame(data: RawData): string | null {
  // As `ws` gives it where nothing else is asked for.
  if (!Buffer.isBuffer(data)) return null;
  if (data.length > LARGE_FRAME_BYTES && !isWithin(data, LARGEST_SHAPE)) return null;
  return data.toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
