import { Worker } from 'node:worker_threads';
import { RescueError } from '../domain/errors.js';
import { checkSignatures } from './evidence-signatures.js';
/** The compiled thread beside this file; sources run without a build have none. */
const WORKER = new URL('./evidence-worker.js', import.meta.url);
const COMPILED = import.meta.url.endsWith('.js');
/**
 * Checks signatures on other threads: they are almost all the time that a bundle takes. With fewer than two threads, or
 * when run without a build, they are checked on this one. Close it, or the process does not end.
 */
export function startSignatureThreads(count) {
    if (count < 2 || !COMPILED) {
        return { check: checkSignatures, threads: 1, close: () => Promise.resolve() };
    }
    const pending = new Map();
    let closed = false;
    let last = 0;
    const fail = (error) => {
        closed = true;
        for (const { reject } of pending.values())
            reject(error);
        pending.clear();
    };
    const workers = Array.from({ length: count }, () => {
        const worker = new Worker(WORKER);
        worker.on('message', ({ id, problems }) => {
            pending.get(id)?.resolve(problems);
            pending.delete(id);
        });
        worker.on('error', fail);
        return worker;
    });
    return {
        threads: count,
        check: (batch) => new Promise((resolve, reject) => {
            if (closed) {
                reject(new RescueError('RESCUE_INTERNAL', 'The threads that check signatures have ended.'));
                return;
            }
            last += 1;
            pending.set(last, { resolve, reject });
            workers[last % count]?.postMessage({ id: last, batch });
        }),
        close: async () => {
            closed = true;
            await Promise.all(workers.map((worker) => worker.terminate()));
        },
    };
}
//# sourceMappingURL=evidence-threads.js.map