import { parentPort } from 'node:worker_threads';
import { cryptoReady } from '../host/hashing.ts';
import { type Attempt, Attempts } from './attempt.ts';

/** A thread of `RuntimeThread`: says when it is ready, takes one attempt at a time and tells how it ended. */
await cryptoReady();
const attempts = new Attempts();
parentPort?.on('message', (attempt: Attempt) => {
  void attempts.run(attempt).then((end) => parentPort?.postMessage(end));
});
parentPort?.postMessage({ kind: 'ready' });
