import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** What a node answers to one question: `result` or `error` of a JSON-RPC answer. */
export type Body = { readonly result: unknown } | { readonly error: unknown };

/** A question, its true answer, and what the node tells unasked after it. */
export interface Exchange {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly body: Body;
  readonly pushes: readonly { readonly method: string; readonly result: unknown }[];
}

/** What a node tells after a subscription, by the method that opens it. */
export type Pushes = Readonly<Record<string, Exchange['pushes']>>;

/** The answers of a true node whose chain stands still: asked for once, and known from then on. */
export class Recording {
  readonly #node: WebSocket;
  readonly #pushes: Pushes;
  readonly #known = new Map<string, Promise<Exchange>>();
  readonly #waiting = new Map<number, (body: Body) => void>();
  #asked = 0;
  #ended = false;

  private constructor(node: WebSocket, pushes: Pushes) {
    this.#node = node;
    this.#pushes = pushes;
    node.on('message', (data) => {
      const { id, result, error } = JSON.parse(String(data)) as {
        id?: number;
        result?: unknown;
        error?: unknown;
      };
      this.#waiting.get(id ?? -1)?.(error === undefined ? { result } : { error });
    });
  }

  static async of(url: string, pushes: Pushes = {}): Promise<Recording> {
    const node = new WebSocket(url);
    await once(node, 'open');
    return new Recording(node, pushes);
  }

  /** What was recorded before `end`, oldest first. */
  readonly exchanges: Exchange[] = [];

  async exchange(method: string, params: readonly unknown[]): Promise<Exchange> {
    const question = JSON.stringify([method, params]);
    const known = this.#known.get(question);
    if (known) return known;
    const asked = this.#ask(method, params);
    if (this.#ended) return asked;
    this.#known.set(question, asked);
    this.exchanges.push(await asked);
    return asked;
  }

  /** Keeps nothing new from now on: lies lead to questions without end. */
  end(): void {
    this.#ended = true;
  }

  async close(): Promise<void> {
    if (this.#node.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#node, 'close');
    this.#node.close();
    await closed;
  }

  async #ask(method: string, params: readonly unknown[]): Promise<Exchange> {
    this.#asked += 1;
    const id = this.#asked;
    const body = await new Promise<Body>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#node.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
    this.#waiting.delete(id);
    return { method, params, body, pushes: this.#pushes[method] ?? [] };
  }
}

/** What goes over the wire in place of an answer: frames, or a closed socket. */
export type Frame = string | Uint8Array | typeof HANG_UP;
export const HANG_UP = Symbol('hang up');

/** Frames for the answer to question `id`; `order` counts the questions since the last `begin`. */
export type Answering = (
  exchange: Exchange,
  id: number,
  order: number,
) => readonly Frame[] | Promise<readonly Frame[]>;

/** The answer to question `id`, and what the node tells unasked after it. */
export function truthfully({ body, pushes }: Pick<Exchange, 'body' | 'pushes'>, id: number): string[] {
  const subscription = 'result' in body ? body.result : null;
  return [
    frameOf({ id, ...body }),
    ...pushes.map(({ method, result }) => frameOf({ method, params: { subscription, result } })),
  ];
}

export function frameOf(message: object): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message });
}

/** A node on a real socket that answers from a recording, or what `answering` makes of it. */
export class RecordedNode {
  readonly url: string;
  readonly recording: Recording;
  #answering: Answering = truthfully;
  #order = 0;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, recording: Recording) {
    this.#server = server;
    this.recording = recording;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => {
      client.on('error', () => client.terminate());
      client.on('message', (data) => void this.#reply(client, String(data)));
    });
  }

  static async of(recording: Recording): Promise<RecordedNode> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await once(server, 'listening');
    return new RecordedNode(server, recording);
  }

  /** Answers like this from now on, and counts the questions anew. */
  begin(answering: Answering): void {
    this.#answering = answering;
    this.#order = 0;
  }

  /** Questions since `begin`. */
  get asked(): number {
    return this.#order;
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.recording.close();
  }

  async #reply(client: WebSocket, text: string): Promise<void> {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] };
    const order = this.#order;
    this.#order += 1;
    const answering = this.#answering;
    for (const frame of await answering(await this.recording.exchange(method, params), id, order)) {
      if (frame === HANG_UP) client.terminate();
      else if (client.readyState === client.OPEN) client.send(frame);
    }
  }
}
