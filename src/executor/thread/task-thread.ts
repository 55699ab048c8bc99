import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import { cryptoReady } from '../host/hashing.ts';
import { type InputOf, type Job, type JobSet, type Jobs, type OutputOf, Workbench } from './jobs.ts';
import { type JobLimits, type JobOptions, noCode, type RunOptions } from './running-job.ts';
import { Threads } from './threads.ts';

/** Sources that are run without a build have no compiled files beside them. */
const COMPILED = import.meta.url.endsWith('.js');

export interface ThreadLimits extends JobLimits {
  /** Megabytes of the thread's own memory; what runtimes take and write is bounded by the executor. */
  readonly memoryMb?: number;
  /** Milliseconds without work after which the thread is given up; a minute. */
  readonly idleMs?: number;
}

/**
 * Carries out jobs with code of which nothing is known, one after the other, on another thread, so that code that never ends, or takes
 * all memory, ends with that thread and holds nothing up but the jobs that come after it here. Proofs of storage are asked for on
 * this side, and verified on that one. When run without a build there is no thread, and nothing is bounded.
 *
 * What could not be run is thrown as RESCUE_EXECUTION_FAILED, and never told as a panic, which is thrown as RuntimePanic;
 * errors of those who give proofs come through as they are.
 */
export class TaskThread<J extends Jobs> {
  readonly #set: JobSet<J>;
  readonly #limits: Pick<RunOptions, 'computeMs' | 'deadlineMs' | 'stepMs'>;
  readonly #queue = createSerialQueue();
  readonly #threads: Threads;
  readonly #isOwner: boolean;
  #bench: Workbench | null = null;

  /** `shared`: threads that know these jobs too, and their own limits of memory; closing them is their owner's. */
  constructor(set: JobSet<J>, limits: ThreadLimits = {}, shared?: Threads) {
    const { computeMs = 20_000, deadlineMs = 300_000, memoryMb = 512, idleMs = 60_000, stepMs } = limits;
    this.#set = set;
    this.#limits = { computeMs, deadlineMs, ...(stepMs !== undefined && { stepMs }) };
    this.#threads = shared ?? new Threads(set.entry, { memoryMb, idleMs });
    this.#isOwner = shared === undefined;
  }

  async run<Name extends keyof J & string>(
    job: Name,
    input: InputOf<J[Name]>,
    options: JobOptions,
  ): Promise<OutputOf<J[Name]>> {
    return this.#queue.run(async () => {
      options.signal?.throwIfAborted();
      const output = await (COMPILED ? this.#send(job, input, options) : this.#here(job, input, options));
      return output as OutputOf<J[Name]>;
    });
  }

  async close(): Promise<void> {
    this.#bench = null;
    if (this.#isOwner) await this.#threads.close();
  }

  async #here(job: string, input: unknown, options: JobOptions): Promise<unknown> {
    await cryptoReady();
    this.#bench ??= new Workbench();
    const { states = {}, code = noCode, onProgress = () => undefined } = options;
    const work = this.#set.jobs[job] as Job<unknown, unknown> | undefined;
    if (!work) throw new RescueError('RESCUE_INTERNAL', `There is no job ${job}.`);
    return work(input, this.#bench.context(states, code, { progress: onProgress, step: () => undefined }));
  }

  #send(job: string, input: unknown, options: JobOptions): Promise<unknown> {
    return this.#threads.use((thread) => thread.run(job, input, { ...this.#limits, ...options }));
  }
}
