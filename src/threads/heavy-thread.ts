import { Worker } from 'node:worker_threads';
import type { CodeExpectations, CodeFacts } from '../code/inspect.ts';
import { createSerialQueue } from '../domain/concurrency/serial-queue.ts';
import { RescueError } from '../domain/errors.ts';
import {
  carryOutTask,
  type HeavyOutcome,
  type HeavyTask,
  type HeavyTasks,
  type PolicyBody,
} from './heavy-tasks.ts';

/** What strangers can make a service do that takes long: on a thread of its own, one task after the other. */
export interface HeavyThread {
  /** As `inspectCode`. @throws RESCUE_CODE_INVALID, also for code that takes too long or too much memory */
  inspect(code: Uint8Array, expectations: CodeExpectations): Promise<CodeFacts>;
  /**
   * Parses the JSON of a body whose member `policy` is large, and checks that one.
   * @throws RESCUE_REQUEST_INVALID, RESCUE_POLICY_INVALID
   */
  policyBody(bytes: Uint8Array): Promise<PolicyBody>;
}

export interface HeavyLimits {
  /** Milliseconds for one task; then the thread is ended. */
  readonly longestMs: number;
  /** Megabytes of its heap; buffers are bounded by what the tasks take in and give out. */
  readonly heapMb: number;
}

const LIMITS: HeavyLimits = { longestMs: 20_000, heapMb: 512 };

/** The compiled thread beside this file; sources run without a build have none, and do it all on this thread. */
const WORKER = new URL('./heavy-worker.js', import.meta.url);
const COMPILED = import.meta.url.endsWith('.js');

/** The thread begins with its first task and keeps no process from ending. */
export function createHeavyThread(limits: Partial<HeavyLimits> = {}): HeavyThread {
  const { longestMs, heapMb } = { ...LIMITS, ...limits };
  const queue = createSerialQueue();
  let worker: Worker | null = null;

  const start = (): Worker => {
    if (worker) return worker;
    const started = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    started.unref();
    started.once('exit', () => {
      if (worker === started) worker = null;
    });
    // Who waits for an answer hears of it; between two tasks nobody needs to.
    started.on('error', () => undefined);
    worker = started;
    return started;
  };

  const ask = <Name extends HeavyTask>(
    name: Name,
    input: Parameters<HeavyTasks[Name]>[0],
  ): Promise<HeavyOutcome | null> => {
    if (!COMPILED) return Promise.resolve(carryOutTask(name, input));
    const thread = start();
    return new Promise((resolve) => {
      thread.ref();
      const end = (outcome: HeavyOutcome | null) => {
        clearTimeout(deadline);
        thread.off('message', end);
        thread.off('exit', ended);
        thread.unref();
        resolve(outcome);
      };
      const ended = () => end(null);
      const deadline = setTimeout(() => {
        if (worker === thread) worker = null;
        void thread.terminate();
        end(null);
      }, longestMs);
      thread.once('message', end);
      thread.once('exit', ended);
      thread.postMessage({ name, input });
    });
  };

  const run = async <Name extends HeavyTask>(
    name: Name,
    input: Parameters<HeavyTasks[Name]>[0],
    tooMuch: () => RescueError,
  ): Promise<ReturnType<HeavyTasks[Name]>> => {
    const outcome = await queue.run(() => ask(name, input));
    if (outcome === null) throw tooMuch();
    if ('error' in outcome) throw new RescueError(outcome.error.code, outcome.error.message);
    return outcome.value as ReturnType<HeavyTasks[Name]>;
  };

  return {
    inspect: (code, expectations) =>
      run(
        'inspect',
        { code, expectations },
        () =>
          new RescueError(
            'RESCUE_CODE_INVALID',
            `The code cannot be used: looking into it takes longer than ${longestMs / 1000} s, or too much memory.`,
          ),
      ),
    policyBody: (bytes) =>
      run(
        'policyBody',
        { bytes },
        () => new RescueError('RESCUE_REQUEST_INVALID', 'the body takes too long to be read'),
      ),
  };
}
