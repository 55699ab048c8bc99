import { createSerialQueue } from './serial-queue.js';
const PAGE = 200;
export function createEventHub(options) {
    const queue = createSerialQueue();
    const sleepers = new Set();
    const announce = (events) => {
        for (const event of events)
            options.onEvent(event);
        for (const wake of [...sleepers])
            wake();
    };
    const moreToRead = (signal) => new Promise((resolve) => {
        const wake = () => {
            sleepers.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
        };
        sleepers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted)
            wake();
    });
    return {
        announce,
        tell: (paraId, type, message, data = {}) => {
            const event = { paraId, relayBlock: options.relayBlock(paraId), type, message, data };
            queue.run(async () => announce(await options.log.append([event]))).catch(options.onFailed);
        },
        follow: async function* (after, signal) {
            for (let cursor = after; !signal.aborted;) {
                // Asked for before reading, so that an event between the read and the wait wakes us.
                const woken = moreToRead(signal);
                const page = await options.log.eventsAfter(cursor, PAGE);
                for (const event of page) {
                    if (signal.aborted)
                        return;
                    yield event;
                    cursor = event.id;
                }
                if (page.length === 0)
                    await woken;
            }
        },
        written: () => queue.idle(),
    };
}
//# sourceMappingURL=event-hub.js.map