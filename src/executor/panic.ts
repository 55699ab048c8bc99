import { RescueError } from '../domain/errors.ts';
import type { RuntimeLog } from './host/host.ts';

/** A runtime call trapped. `panic` is the runtime's own message, where it gave one. */
export class RuntimePanic extends RescueError {
  readonly call: string;
  readonly panic: string;
  /** What the call logged before; warnings of a pallet often say what the panic does not. */
  readonly logs: readonly RuntimeLog[];

  constructor(call: string, panic: string, cause?: unknown, logs: readonly RuntimeLog[] = []) {
    super('RESCUE_EXECUTION_FAILED', `Runtime call ${call} panicked: ${panic}`, {
      cause,
      details: { call, panic },
    });
    this.call = call;
    this.panic = panic;
    this.logs = logs;
  }
}
