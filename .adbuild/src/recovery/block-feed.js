import { RescueError } from '../domain/errors.js';
export function createBlockFeed() {
    const newest = new Map();
    const waiters = new Set();
    return {
        latest: (paraId) => newest.get(paraId) ?? null,
        publish: (observation) => {
            newest.set(observation.paraId, observation);
            for (const waiter of [...waiters]) {
                if (waiter.paraId !== observation.paraId || observation.relay.number <= waiter.after)
                    continue;
                waiters.delete(waiter);
                waiter.resolve(observation);
            }
        },
        next: (paraId, after, signal) => {
            const seen = newest.get(paraId);
            if (seen && seen.relay.number > after)
                return Promise.resolve(seen);
            return new Promise((resolve, reject) => {
                const waiter = {
                    paraId,
                    after,
                    resolve: (observation) => {
                        signal.removeEventListener('abort', onAbort);
                        resolve(observation);
                    },
                };
                const onAbort = () => {
                    waiters.delete(waiter);
                    reject(new RescueError('RESCUE_INTERNAL', 'Stopped while waiting for a relay block.'));
                };
                if (signal.aborted)
                    return onAbort();
                signal.addEventListener('abort', onAbort, { once: true });
                waiters.add(waiter);
            });
        },
    };
}
//# sourceMappingURL=block-feed.js.map