import type { Hex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { GivenState } from './jobs.ts';
import { Stopwatch } from './stopwatch.ts';

export interface JobLimits {
  /** Milliseconds of computing, unpacking and compiling included, waiting for proofs not; 20 seconds. */
  readonly computeMs?: number;
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

export type RunOptions = JobOptions & Required<JobLimits>;

/** A job while it runs, and the time that it may still compute. */
export class RunningJob {
  readonly options: RunOptions;
  onOver: () => void = () => undefined;
  onGivenUp: (reason: Error) => void = () => undefined;
  readonly #watch: Stopwatch;
  #waits = 0;
  #computes = 0;
  #isOver = false;

  constructor(options: RunOptions, computeMs: number) {
    this.options = options;
    this.#watch = new Stopwatch(computeMs, () => this.onOver());
  }

  proofs(state: string): GivenState['proofs'] {
    const given = this.options.states?.[state];
    if (given) return given.proofs;
    throw new RescueError('RESCUE_INTERNAL', `A job was given no state ${state}.`);
  }

  begin(): void {
    this.#watch.run(true);
  }

  finish(): void {
    this.#isOver = true;
    this.#watch.run(false);
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
    this.#watch.run(!this.#isOver && (this.#waits === 0 || this.#computes > 0));
  }
}

export async function noCode(hash: Hex): Promise<Uint8Array> {
  throw new RescueError('RESCUE_INTERNAL', `The bytes of the code ${hash} were not given.`);
}
