import { RescueError } from '../domain/errors.js';
export function followPara(client, paraId, options) {
    const visited = [options.initial];
    const waiters = new Set();
    let fail = () => undefined;
    const broken = new Promise((_, reject) => {
        fail = reject;
    });
    broken.catch(() => undefined);
    const isIn = (state) => (name) => name === state || name.startsWith(`${state}.`);
    const read = async () => {
        for await (const event of client.events({ after: 0, paraId, signal: options.signal })) {
            options.onEvent(event);
            if (event.type !== 'state-changed')
                continue;
            visited.push(String(event.data.to));
            for (const waiter of [...waiters]) {
                if (!visited.slice(waiter.from).some(isIn(waiter.state)))
                    continue;
                waiters.delete(waiter);
                waiter.resolve();
            }
        }
        if (!options.signal.aborted) {
            throw new RescueError('RESCUE_SERVICE_UNREACHABLE', 'The event stream of the service ended.');
        }
    };
    const ended = read().catch((error) => {
        if (options.signal.aborted)
            return;
        fail(error);
        throw error;
    });
    ended.catch(() => undefined);
    return {
        visited: () => visited,
        ended,
        reached: (state) => {
            const from = visited.length - 1;
            if (visited.slice(from).some(isIn(state)))
                return Promise.resolve();
            const entered = new Promise((resolve) => {
                waiters.add({ state, from, resolve });
            });
            return Promise.race([entered, broken]);
        },
    };
}
//# sourceMappingURL=follower.js.map