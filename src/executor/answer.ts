import { ScaleReader } from '../bytes/scale.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { ProofError } from '../proof/index.ts';
import { RuntimePanic } from './panic.ts';

/** Reads what a runtime answered; `what` names it. What is not of its type is refused with RESCUE_EXECUTION_FAILED. */
export function answerReader(bytes: Uint8Array, what: string): ScaleReader {
  return new ScaleReader(
    bytes,
    what,
    (name, problem) => new RescueError('RESCUE_EXECUTION_FAILED', `The ${name} of the runtime ${problem}.`),
  );
}

/**
 * What `read` makes of the answer to a call with which blocks are built or validated: whoever made that call is left without a block by
 * an answer that is none, as by a panic.
 * @throws RuntimePanic of that call
 */
export function answerTo<Answer>(call: string, read: () => Answer): Answer {
  try {
    return read();
  } catch (error) {
    const isNone =
      error instanceof ProofError ||
      (error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED');
    if (!isNone) throw error;
    throw new RuntimePanic(call, `its answer cannot be read: ${messageOf(error)}`, error);
  }
}
