import { Worker } from 'node:worker_threads';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { Exchange } from './exchange.ts';
import type { GivenState } from './jobs.ts';
import { noCode, RunningJob, type RunOptions } from './running-job.ts';
import { type JobService, type MainService, withBytes } from './serve-jobs.ts';

/** Milliseconds in which a thread is ready, on a busy machine too. */
const START_MS = 60_000;

/** One worker, from its start to its end; it carries out one job at a time. */
export class RunningThread {
  readonly #worker: Worker;
  readonly #exchange: Exchange<MainService, JobService>;
  readonly #ready: Promise<void>;
  #unready: (reason: Error) => void = () => undefined;
  #job: RunningJob | null = null;
  #ended: Error | null = null;

  constructor(entry: URL, memoryMb: number) {
    let ready = (): void => undefined;
    this.#ready = new Promise((resolve, reject) => {
      ready = resolve;
      this.#unready = reject;
    });
    // Nobody may wait for it when it ends.
    this.#ready.catch(() => undefined);
    this.#worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    this.#worker.unref();
    this.#exchange = new Exchange(this.#worker, {
      ready: async () => ready(),
      ...this.#answers(),
    });
    this.#worker.on('error', (error) => void this.end(ended(error, memoryMb)));
    this.#worker.on('exit', () => void this.end(new Error('its thread ended')));
  }

  get alive(): boolean {
    return this.#ended === null;
  }

  /** Nobody who waits is left waiting. */
  async end(reason: Error): Promise<void> {
    if (this.#ended) return;
    this.#ended = reason;
    this.#unready(reason);
    this.#exchange.end(reason);
    this.#job?.giveUp(reason);
    await this.#worker.terminate();
  }

  async run(job: string, input: unknown, options: RunOptions): Promise<unknown> {
    const { what, states = {}, signal, deadlineMs } = options;
    const unrun = (problem: string, cause?: unknown) =>
      new RescueError('RESCUE_EXECUTION_FAILED', `${what} could not be run to its end: ${problem}.`, {
        cause,
      });
    let onAbort = (): void => undefined;
    let deadline: NodeJS.Timeout | undefined;
    const running = new RunningJob(options);
    this.#job = running;
    try {
      return await new Promise((resolve, reject) => {
        const stop = (reason: Error) => {
          reject(reason);
          void this.end(reason);
        };
        onAbort = () => stop(signal?.reason instanceof Error ? signal.reason : unrun('it was given up'));
        signal?.addEventListener('abort', onAbort);
        running.onGivenUp = (reason) =>
          stop(reason instanceof RescueError ? reason : unrun(messageOf(reason), reason));
        running.onOver = (problem) => stop(unrun(problem));
        deadline = setTimeout(() => stop(unrun(`it did not end within ${deadlineMs} ms`)), deadlineMs);
        void this.#begin(job, input, states, running, unrun).then(resolve, reject);
      });
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      running.finish();
      this.#job = null;
    }
  }

  async #begin(
    job: string,
    input: unknown,
    states: Readonly<Record<string, GivenState>>,
    running: RunningJob,
    unrun: (problem: string) => Error,
  ): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        this.#ready,
        new Promise((_, reject) => {
          timer = setTimeout(() => reject(unrun('its thread did not start')), START_MS);
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
    const roots = Object.fromEntries(Object.entries(states).map(([name, { root }]) => [name, root]));
    running.begin();
    return this.#exchange.call('run', { job, input, roots });
  }

  /** What the thread asks while it carries out a job: meanwhile its time stands still, unless it verifies a proof. */
  #answers(): Omit<MainService, 'ready'> {
    const forJob = async <T>(answer: (job: RunningJob) => Promise<T>): Promise<T> => {
      const job = this.#job;
      if (!job) throw new RescueError('RESCUE_INTERNAL', 'A thread asks on behalf of no job.');
      return job.waiting(() => answer(job));
    };
    return {
      prove: ({ state, wanted, ticket }) =>
        forJob((job) =>
          job
            .proofs(state)
            .prove(wanted, async (keys, proof) =>
              withBytes(
                await job.computing(() => this.#exchange.call('admit', { ticket, keys, proof })),
                proof,
              ),
            ),
        ),
      keysAfter: ({ state, trie, key, count }) =>
        forJob((job) => job.proofs(state).keysAfter(trie, key, count)),
      likely: ({ state, code }) => forJob((job) => job.proofs(state).likely(code)),
      wasRead: ({ state, code, keys }) => forJob((job) => job.proofs(state).wasRead(code, keys)),
      code: (hash) => forJob((job) => (job.options.code ?? noCode)(hash)),
      progress: async (value) => this.#job?.options.onProgress?.(value),
      step: async () => this.#job?.step(),
    };
  }
}

function ended(error: unknown, memoryMb: number): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Error(`it takes more than ${memoryMb} MB of memory`);
  return new Error(`its thread ended with an error (${messageOf(error)})`, { cause: error });
}
