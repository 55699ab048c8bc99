/** A handler's answer that goes on: the id is answered first, then `start` may push. */
export declare class Subscription {
    readonly id: string;
    readonly start: (push: (result: unknown) => void) => void;
    readonly stop: () => void;
    /** The method name of its notifications. */
    readonly notification: string;
    constructor(notification: string, start: (push: (result: unknown) => void) => void, stop: () => void);
}
/** One client: its subscriptions end with it. */
export declare class Connection {
    #private;
    constructor(send: (message: unknown) => void);
    begin(subscription: Subscription): void;
    find(id: unknown): Subscription | undefined;
    end(id: unknown): boolean;
    close(): void;
}
