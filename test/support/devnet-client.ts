import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Reply {
  id?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
  method?: string;
  params?: { subscription: string; result: unknown };
}

/** A client that sends bytes as they are and keeps what it hears in order. */
export class RawClient {
  readonly #socket: WebSocket;
  readonly #heard: Reply[] = [];
  #wake: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#heard.push(JSON.parse(String(data)) as Reply);
      this.#wake?.();
    });
  }

  static async open(url: string): Promise<RawClient> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new RawClient(socket);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  async next(): Promise<Reply> {
    for (;;) {
      const reply = this.#heard.shift();
      if (reply) return reply;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async ask(method: string, ...params: unknown[]): Promise<Reply> {
    this.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    return this.next();
  }

  get closed(): Promise<unknown> {
    return once(this.#socket, 'close');
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
