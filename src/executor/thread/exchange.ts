import { fromSent, type SentError, toSent } from './sent-error.ts';

/** What one side of an exchange offers to the other: functions of one plain value each. */
export type Service = { readonly [name: string]: (input: never) => Promise<unknown> };

/** The end of a channel between two threads, in either of them. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError };

/** Errors that may come back. */
const KEPT_ERRORS = 16;

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls in both directions between two threads. An error that went there and came back is the one that was thrown here. */
export class Exchange<Own extends Service, Others extends Service> {
  readonly #port: Port;
  readonly #own: Own;
  readonly #pending = new Map<number, Pending>();
  readonly #thrown = new Map<number, Error>();
  #nextId = 1;
  #ended: Error | null = null;

  constructor(port: Port, own: Own) {
    this.#port = port;
    this.#own = own;
    port.on('message', (message) => this.#receive(message));
  }

  call<Name extends keyof Others & string>(
    name: Name,
    input: Parameters<Others[Name]>[0],
  ): Promise<Awaited<ReturnType<Others[Name]>>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        resolve: (output) => resolve(output as Awaited<ReturnType<Others[Name]>>),
        reject,
      });
      try {
        this.#port.postMessage({ kind: 'call', id, name, input });
      } catch (error) {
        this.#pending.delete(id);
        reject(error);
      }
    });
  }

  /** Ends all calls to the other side, also those that are still to come. */
  end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #receive(message: Message): void {
    if (message.kind === 'call') {
      void this.#answer(message.id, message.name, message.input);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending?.resolve(message.output);
    else pending?.reject(this.#thrownHere(message.error) ?? fromSent(message.error, message.id));
  }

  async #answer(id: number, name: string, input: unknown): Promise<void> {
    let message: Message;
    try {
      const handler = this.#own[name] as ((input: unknown) => Promise<unknown>) | undefined;
      if (!handler) throw new Error(`there is no ${name} here`);
      message = { kind: 'done', id, output: await handler(input) };
    } catch (error) {
      if (error instanceof Error) this.#keep(id, error);
      message = { kind: 'failed', id, error: toSent(error) };
    }
    if (this.#ended) return;
    try {
      this.#port.postMessage(message);
    } catch (error) {
      // Something that no thread can be sent.
      this.#port.postMessage({ kind: 'failed', id, error: toSent(error) });
    }
  }

  #keep(id: number, error: Error): void {
    this.#thrown.set(id, error);
    const [oldest] = this.#thrown.keys();
    if (oldest !== undefined && this.#thrown.size > KEPT_ERRORS) this.#thrown.delete(oldest);
  }

  #thrownHere({ returned }: SentError): Error | undefined {
    return returned === undefined ? undefined : this.#thrown.get(returned);
  }
}
