import { Worker } from 'node:worker_threads';
import type { Hex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import type { StorageRequest } from '../storage/backend.ts';
import { type Answered, type Attempt, type AttemptEnd, Attempts, type StorageAnswer } from './attempt.ts';

/** The compiled thread beside this file; sources run without a build have none. */
const WORKER = new URL('./worker.js', import.meta.url);
const COMPILED = import.meta.url.endsWith('.js');

/** Milliseconds in which a thread is ready, on a busy machine too. */
const START_MS = 60_000;

/** Keys that one call may ask for; each is an attempt more. */
const MOST_ANSWERS = 3_000;

/** Code that somebody else wrote: its hash, and how to get its bytes when they are needed. */
export interface ForeignCode {
  readonly hash: Hex;
  bytes(): Promise<Uint8Array>;
}

export interface ThreadLimits {
  /** Milliseconds that one attempt may take, unpacking and compiling included; 20 seconds. */
  readonly attemptMs?: number;
  /** Megabytes of the thread's own memory; the runtime's is bounded by its instance. */
  readonly memoryMb?: number;
  /** Milliseconds without work after which the thread is given up; a minute. */
  readonly idleMs?: number;
}

export type ForeignOutcome =
  | { readonly kind: 'returned'; readonly result: Uint8Array }
  | { readonly kind: 'panicked'; readonly panic: string };

/**
 * Runs code of which nothing is known on a thread of its own, so that one that never ends, or takes all memory, ends with
 * that thread and holds nothing up but what waits for the same one. When run without a build there is no thread, and
 * nothing is bounded.
 *
 * What could not be run is thrown as RESCUE_EXECUTION_FAILED, and never told as a panic; code that does not compile as
 * RESCUE_CODE_INVALID.
 */
export class RuntimeThread {
  readonly #limits: Required<ThreadLimits>;
  readonly #queue = createSerialQueue();
  #attempts: Attempts | null = null;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor({ attemptMs = 20_000, memoryMb = 512, idleMs = 60_000 }: ThreadLimits = {}) {
    this.#limits = { attemptMs, memoryMb, idleMs };
  }

  /** What the code says of itself, in its sections or by `Core_version`. */
  async version(code: ForeignCode): Promise<RuntimeVersion> {
    const end = await this.#attempt(code, null, new Uint8Array(), []);
    if (end.kind === 'version') return end.version;
    throw failure(end);
  }

  /** Runs a function; `answer` tells what is below it, or throws. */
  async run(
    code: ForeignCode,
    method: string,
    argument: Uint8Array,
    answer: (request: StorageRequest) => Promise<StorageAnswer>,
  ): Promise<ForeignOutcome> {
    const known: (readonly [StorageRequest, StorageAnswer])[] = [];
    while (known.length < MOST_ANSWERS) {
      const end = await this.#attempt(code, method, argument, known);
      if (end.kind === 'returned' || end.kind === 'panicked') return end;
      if (end.kind !== 'missing') throw failure(end);
      known.push([end.request, await answer(end.request)]);
    }
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `The code ${code.hash} could not be run for ${method}: it asks for more than ${MOST_ANSWERS} keys.`,
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#attempts = null;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #attempt(
    code: ForeignCode,
    method: string | null,
    argument: Uint8Array,
    known: Answered,
  ): Promise<AttemptEnd> {
    const attempt: Attempt = { codeHash: code.hash, code: null, method, argument, known };
    const end = await this.#queue.run(() => this.#send(attempt));
    if (end.kind !== 'code-wanted') return end;
    const bytes = await code.bytes();
    return this.#queue.run(() => this.#send({ ...attempt, code: bytes }));
  }

  async #send(attempt: Attempt): Promise<AttemptEnd> {
    if (!COMPILED) {
      this.#attempts ??= new Attempts();
      return this.#attempts.run(attempt);
    }
    clearTimeout(this.#idle);
    try {
      const worker = this.#worker ?? (await this.#start());
      return await this.#answerOf(worker, attempt, this.#limits.attemptMs);
    } finally {
      this.#idle = setTimeout(() => void this.close(), this.#limits.idleMs);
      this.#idle.unref();
    }
  }

  async #start(): Promise<Worker> {
    const { memoryMb } = this.#limits;
    const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    worker.unref();
    // Whoever waits for it is told in `answerOf`; without work it may end unseen.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    await this.#answerOf(worker, null, START_MS);
    return worker;
  }

  /** What the thread says next: to an attempt, or without one when it is ready. */
  async #answerOf(worker: Worker, attempt: Attempt | null, ms: number): Promise<AttemptEnd> {
    return new Promise((resolve, reject) => {
      const give = (problem: string, cause?: unknown) => {
        settle();
        if (this.#worker === worker) this.#worker = null;
        void worker.terminate();
        const what = attempt
          ? `The code ${attempt.codeHash} could not be run for ${attempt.method ?? 'its version'}`
          : 'The thread that runs code of paras could not be started';
        reject(new RescueError('RESCUE_EXECUTION_FAILED', `${what}: ${problem}.`, { cause }));
      };
      const onMessage = (end: AttemptEnd) => {
        settle();
        resolve(end);
      };
      const onError = (error: unknown) => give('its thread ended with an error', error);
      const onExit = () => give('its thread ended');
      const timer = setTimeout(() => give(`it did not end within ${ms} ms`), ms);
      const settle = () => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      if (attempt) worker.postMessage(attempt);
    });
  }
}

function failure(end: AttemptEnd): RescueError {
  if (end.kind === 'failed') return new RescueError(end.code, end.message, { details: { ...end.details } });
  return new RescueError('RESCUE_INTERNAL', `An attempt to run code ended as ${end.kind}.`);
}
