import { RescueError } from '../domain/errors.ts';

/** A runtime call trapped. `panic` is the runtime's own message, where it gave one. */
export class RuntimePanic extends RescueError {
  readonly call: string;
  readonly panic: string;

  constructor(call: string, panic: string, cause?: unknown) {
    super('RESCUE_EXECUTION_FAILED', `Runtime call ${call} panicked: ${panic}`, {
      cause,
      details: { call, panic },
    });
    this.call = call;
    this.panic = panic;
  }
}
