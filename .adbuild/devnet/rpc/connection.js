import { randomBytes } from 'node:crypto';
/** A handler's answer that goes on: the id is answered first, then `start` may push. */
export class Subscription {
    id;
    start;
    stop;
    /** The method name of its notifications. */
    notification;
    constructor(notification, start, stop) {
        this.id = randomBytes(8).toString('hex');
        this.notification = notification;
        this.start = start;
        this.stop = stop;
    }
}
/** One client: its subscriptions end with it. */
export class Connection {
    #send;
    #subscriptions = new Map();
    constructor(send) {
        this.#send = send;
    }
    begin(subscription) {
        this.#subscriptions.set(subscription.id, subscription);
        subscription.start((result) => {
            if (!this.#subscriptions.has(subscription.id))
                return;
            this.#send({
                jsonrpc: '2.0',
                method: subscription.notification,
                params: { subscription: subscription.id, result },
            });
        });
    }
    find(id) {
        return typeof id === 'string' ? this.#subscriptions.get(id) : undefined;
    }
    end(id) {
        const subscription = this.find(id);
        if (subscription === undefined)
            return false;
        this.#subscriptions.delete(subscription.id);
        subscription.stop();
        return true;
    }
    close() {
        for (const id of [...this.#subscriptions.keys()])
            this.end(id);
    }
}
//# sourceMappingURL=connection.js.map