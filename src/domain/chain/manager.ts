import type { ParaObservation } from './observation.ts';

/** Why the manager may not act on the para at all: unregistered, no manager, locked. */
export function managerObstacles(observation: ParaObservation): string[] {
  const { registrar } = observation;
  if (registrar === undefined) return ['this relay chain has no registrar pallet with the legacy calls'];
  if (registrar === null) return ['the registrar has no entry for the para: it has no manager who could act'];
  if (registrar.locked === true) {
    return [
      'the para is locked, so its manager may not act: while it lives it can unlock itself by XCM (registrar.removeLock), afterwards only governance can',
    ];
  }
  return [];
}
