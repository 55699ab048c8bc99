import { parentPort } from 'node:worker_threads';
import { carryOutTask, type HeavyTask } from './heavy-tasks.ts';

/** The thread of `heavy-thread.ts`: takes one task at a time and answers it. */
parentPort?.on('message', ({ name, input }: { name: HeavyTask; input: never }) => {
  parentPort?.postMessage(carryOutTask(name, input));
});
