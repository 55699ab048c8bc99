import { ScaleReader } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';

/** Reads what a runtime answered; `what` names it. What is not of its type is refused with RESCUE_EXECUTION_FAILED. */
export function answerReader(bytes: Uint8Array, what: string): ScaleReader {
  return new ScaleReader(
    bytes,
    what,
    (name, problem) => new RescueError('RESCUE_EXECUTION_FAILED', `The ${name} of the runtime ${problem}.`),
  );
}
