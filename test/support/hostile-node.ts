import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** A JSON-RPC message on its way from the true node to the client. */
export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly params?: { readonly subscription: unknown; readonly result: unknown };
}

/**
 * Decides what the client gets instead of `message`, the true answer to a request of `method` with `params` (or a notification
 * of that name, without any): a message, a raw frame, several of them, or null for nothing at all.
 */
export type Tamper = (
  method: string,
  message: Message,
  params: readonly unknown[],
) => Message | string | readonly (string | Uint8Array)[] | null;

/**
 * Decides what the client is answered without the true node ever hearing of the request: `result` or `error` of a message,
 * null for silence, undefined to pass the request on.
 */
export type Intercept = (
  method: string,
  params: readonly unknown[],
) => { readonly result: unknown } | { readonly error: unknown } | null | undefined;

/** A real WebSocket server that stands between a client and a true node, and lies, mangles, delays or hangs up. */
export class HostileNode {
  /** Methods that clients asked for, in order. */
  readonly requests: string[] = [];
  tamper: Tamper = (_method, message) => message;
  intercept: Intercept = () => undefined;
  readonly #server: WebSocketServer;
  readonly #truth: string;
  #isClosed = false;

  private constructor(server: WebSocketServer, truth: string) {
    this.#server = server;
    this.#truth = truth;
    server.on('connection', (client) => this.#serve(client));
  }

  static async inFrontOf(truth: string, port = 0): Promise<HostileNode> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    return new HostileNode(server, truth);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#server.clients.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Hangs up on every client; the port stays open. */
  hangUp(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.hangUp();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(client: WebSocket): void {
    const node = new WebSocket(this.#truth);
    const opened = once(node, 'open');
    // Whoever hangs up before asking anything waits for nothing.
    opened.catch(() => undefined);
    const asked = new Map<number, { readonly method: string; readonly params: readonly unknown[] }>();
    client.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data)) as {
        id: number;
        method: string;
        params: unknown[];
      };
      asked.set(id, { method, params });
      this.requests.push(method);
      const own = this.intercept(method, params);
      if (own !== undefined) {
        if (own !== null) client.send(JSON.stringify({ jsonrpc: '2.0', id, ...own }));
        return;
      }
      opened.then(
        () => node.send(String(data)),
        () => client.terminate(),
      );
    });
    node.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      const question = asked.get(message.id ?? -1);
      asked.delete(message.id ?? -1);
      const method = message.method ?? question?.method ?? 'unknown';
      const answer = this.tamper(method, message, question?.params ?? []);
      if (answer === null) return;
      for (const frame of Array.isArray(answer) ? (answer as readonly (string | Uint8Array)[]) : [answer]) {
        const isRaw = typeof frame === 'string' || frame instanceof Uint8Array;
        if (client.readyState === client.OPEN) client.send(isRaw ? frame : JSON.stringify(frame));
      }
    });
    client.on('close', () => node.terminate());
    node.on('error', () => client.terminate());
    node.on('close', () => client.terminate());
  }
}
