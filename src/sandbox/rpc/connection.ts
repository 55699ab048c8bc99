import { randomBytes } from 'node:crypto';

/** A handler's answer that goes on: the id is answered first, then `start` may push. */
export class Subscription {
  readonly id: string;
  readonly start: (push: (result: unknown) => void) => void;
  readonly stop: () => void;
  /** The method name of its notifications. */
  readonly notification: string;

  constructor(notification: string, start: (push: (result: unknown) => void) => void, stop: () => void) {
    this.id = randomBytes(8).toString('hex');
    this.notification = notification;
    this.start = start;
    this.stop = stop;
  }
}

/** One client: its subscriptions end with it. */
export class Connection {
  readonly #send: (message: unknown) => void;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  begin(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    subscription.start((result) => {
      if (!this.#subscriptions.has(subscription.id)) return;
      this.#send({
        jsonrpc: '2.0',
        method: subscription.notification,
        params: { subscription: subscription.id, result },
      });
    });
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
