import { randomBytes } from 'node:crypto';
import { METHOD_NOT_FOUND, RpcError, TOO_MANY_SUBSCRIPTIONS } from './rpc-error.ts';

/** jsonrpsee's default, and that of nodes. */
const MOST_SUBSCRIPTIONS = 1024;

export type Push = (result: unknown) => void;

/** A handler's answer that goes on: the id is answered first, then `start` may push, and end it. */
export class Subscription {
  readonly id: string;
  readonly start: (push: Push, end: () => void) => void;
  readonly stop: () => void;
  /** The method name of its notifications. */
  readonly notification: string;

  constructor(
    notification: string,
    start: (push: Push, end: () => void) => void,
    stop: () => void = () => {},
    id: string = randomBytes(8).toString('hex'),
  ) {
    this.id = id;
    this.notification = notification;
    this.start = start;
    this.stop = stop;
  }
}

/** One client: its subscriptions end with it. */
export class Connection {
  readonly #send: ((message: unknown) => void) | null;
  readonly #subscriptions = new Map<string, Subscription>();

  /** Null where nothing can be pushed: an HTTP request has one answer. */
  constructor(send: ((message: unknown) => void) | null) {
    this.#send = send;
  }

  /** Keeps a place for it until it begins. Throws RpcError -32006 when the connection has too many, -32601 when it can have none. */
  admit(subscription: Subscription): void {
    if (this.#send === null)
      throw new RpcError(METHOD_NOT_FOUND, 'Method not found', 'subscriptions need a WebSocket');
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) {
      throw new RpcError(
        TOO_MANY_SUBSCRIPTIONS,
        'Too many subscriptions on the connection',
        `Exceeded max limit of ${MOST_SUBSCRIPTIONS}`,
      );
    }
    this.#subscriptions.set(subscription.id, subscription);
  }

  begin(subscription: Subscription): void {
    const { id, notification } = subscription;
    if (!this.#subscriptions.has(id)) return;
    subscription.start(
      (result) => {
        if (!this.#subscriptions.has(id)) return;
        this.#send?.({ jsonrpc: '2.0', method: notification, params: { subscription: id, result } });
      },
      () => this.end(id),
    );
  }

  find(id: unknown): Subscription | undefined {
    return typeof id === 'string' ? this.#subscriptions.get(id) : undefined;
  }

  end(id: unknown): boolean {
    const subscription = this.find(id);
    if (subscription === undefined) return false;
    this.#subscriptions.delete(subscription.id);
    subscription.stop();
    return true;
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.end(id);
  }
}
