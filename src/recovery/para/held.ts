import { NO_HISTORY, NO_STALL } from '../../../machines/context.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import type { StoreFinding } from '../../domain/views/store.ts';
import type { MachineRunner } from './machine-runner.ts';

/** State of a para whose acts are not all there. It is none of the machine's: that does not run. */
export const HELD = 'held';

/**
 * Stands in for the machine of a para of which acknowledged acts are missing: nothing is counted, decided or carried out
 * over what is left, until the operator restored a backup or accepted the loss. What is saved stays as it is.
 */
export function heldMachine(paraId: ParaId, findings: readonly StoreFinding[]): MachineRunner {
  const { code, message } = incomplete(paraId, findings);
  const context = { paraId, relayBlock: 0, history: NO_HISTORY, ...NO_STALL, trouble: { code, message } };
  return {
    state: () => HELD,
    context: () => context,
    send: () => undefined,
    saved: () => Promise.reject(incomplete(paraId, findings)),
    discard: async () => undefined,
    stop: async () => undefined,
  };
}

export function incomplete(paraId: ParaId, findings: readonly StoreFinding[]): RescueError {
  return new RescueError(
    'RESCUE_STORE_INCOMPLETE',
    `The database lacks acts that were acknowledged, so nothing is decided for this para: ${findings.map(({ sentence }) => sentence).join('; ')}. The operator can restore a backup, or let the para go on without them by "pararescue store accept-loss ${paraId}".`,
  );
}
