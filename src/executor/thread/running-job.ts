import type { Hex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { GivenState } from './jobs.ts';
import { Stopwatch } from './stopwatch.ts';

export interface JobLimits {
  /** Milliseconds of computing, unpacking and compiling included, waiting for proofs not; 20 seconds. */
  readonly computeMs?: number;
  /** Milliseconds of computing from one step to the next, of jobs that tell their steps; unbounded when left out. */
  readonly stepMs?: number;
  /** Milliseconds from beginning to end, whatever it waits for; five minutes. */
  readonly deadlineMs?: number;
}

export interface JobOptions extends JobLimits {
  /** What is run, as an error says that it could not be run: "The code 0x12… for Core_version". */
  readonly what: string;
  readonly states?: Readonly<Record<string, GivenState>>;
  /** The bytes of code that the job knows by its hash. */
  readonly code?: (hash: Hex) => Promise<Uint8Array>;
  readonly onProgress?: (value: unknown) => void;
  /** Ends the job, and with it the thread; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

export type RunOptions = JobOptions & Required<Pick<JobLimits, 'computeMs' | 'deadlineMs'>>;

/** A job while it runs, and the time that it may still compute: in all, and until its next step. */
export class RunningJob {
  readonly options: RunOptions;
  onOver: (problem: string) => void = () => undefined;
  onGivenUp: (reason: Error) => void = () => undefined;
  readonly #watches: readonly Stopwatch[];
  readonly #step: Stopwatch | null;
  #waits = 0;
  #computes = 0;
  #isOver = false;

  constructor(options: RunOptions) {
    this.options = options;
    const { computeMs, stepMs } = options;
    const all = new Stopwatch(computeMs, () =>
      this.onOver(`it did not end within ${computeMs} ms of computing`),
    );
    this.#step =
      stepMs === undefined
        ? null
        : new Stopwatch(stepMs, () =>
            this.onOver(`a step of it did not end within ${stepMs} ms of computing`),
          );
    this.#watches = this.#step === null ? [all] : [all, this.#step];
  }

  proofs(state: string): GivenState['proofs'] {
    const given = this.options.states?.[state];
    if (given) return given.proofs;
    throw new RescueError('RESCUE_INTERNAL', `A job was given no state ${state}.`);
  }

  begin(): void {
    this.#run(true);
  }

  finish(): void {
    this.#isOver = true;
    this.#run(false);
  }

  /** A step is done. */
  step(): void {
    this.#step?.restart();
  }

  giveUp(reason: Error): void {
    this.onGivenUp(reason);
  }

  /** Does what the thread waits for. */
  async waiting<T>(work: () => Promise<T>): Promise<T> {
    this.#count(1, 0);
    try {
      return await work();
    } finally {
      this.#count(-1, 0);
    }
  }

  /** Has the thread do something while it waits. */
  async computing<T>(work: () => Promise<T>): Promise<T> {
    this.#count(0, 1);
    try {
      return await work();
    } finally {
      this.#count(0, -1);
    }
  }

  #count(waits: number, computes: number): void {
    this.#waits += waits;
    this.#computes += computes;
    this.#run(!this.#isOver && (this.#waits === 0 || this.#computes > 0));
  }

  #run(runs: boolean): void {
    for (const watch of this.#watches) watch.run(runs);
  }
}

export async function noCode(hash: Hex): Promise<Uint8Array> {
  throw new RescueError('RESCUE_INTERNAL', `The bytes of the code ${hash} were not given.`);
}
