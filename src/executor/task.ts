import { RescueError } from '../domain/errors.ts';
import type { GivenSignatures } from './given-signatures.ts';
import type { CallResult, Runtime } from './runtime.ts';
import { MissingStorage, type StorageRequest } from './storage/backend.ts';
import type { Overlay } from './storage/overlay.ts';

/** What a task misses. */
export interface MissedStorage extends StorageRequest {
  /**
   * What else it is likely to miss, found by going on as if all that is unknown were absent: for whoever has to ask far away, at
   * the price of one run of the same call.
   */
  readonly ahead?: () => readonly StorageRequest[];
}

/**
 * A computation over storage of which not all is known: it yields what it misses, and goes on once its backend knows that. It
 * is never run anew from its beginning, so that a block of many calls costs each of them once, and not once for every key.
 */
export type Task<Result> = Generator<MissedStorage, Result, void>;

/** Runs one exported function to its end. @throws RuntimePanic, and RESCUE_EXECUTION_FAILED as `Runtime.attempt` */
export function* callTask(
  runtime: Runtime,
  method: string,
  argument: Uint8Array,
  overlay: Overlay,
  given?: GivenSignatures,
): Task<CallResult> {
  for (;;) {
    const outcome = runtime.attempt(method, argument, overlay, given);
    if (outcome.kind === 'returned') return outcome;
    if (outcome.kind === 'panicked') throw outcome.panic;
    const ahead = () => overlay.guess(() => void runtime.attempt(method, argument, overlay));
    yield { ...outcome.request, ahead };
  }
}

/** Computes something from storage, again whenever it misses something; `compute` must leave nothing behind when it throws. */
export function* withStorage<Result>(compute: () => Result): Task<Result> {
  for (;;) {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof MissingStorage)) throw error;
      yield { ...error.request, ahead: error.ahead };
    }
  }
}

/** The result of a task whose storage is known to the last key. @throws what the task throws, RESCUE_EXECUTION_FAILED */
export function finish<Result>(task: Task<Result>): Result {
  const step = task.next();
  if (step.done) return step.value;
  throw new RescueError('RESCUE_EXECUTION_FAILED', 'The runtime needs storage that is not known.', {
    details: { request: step.value },
  });
}
