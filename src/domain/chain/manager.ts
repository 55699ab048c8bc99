import type { ParaObservation, RelayLimits } from './observation.ts';
import { isAtRest, registrarRule } from './registrar-shape.ts';

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

/** Why no manager can have code scheduled by the relay chain's registrar, whatever the para; null when managers can. */
export function managersObstacle({
  registrar,
  appliesAtExpectedBlock,
}: Pick<RelayLimits, 'registrar' | 'appliesAtExpectedBlock'>): string | null {
  const { migration } = registrar;
  if (migration !== null && !isAtRest(migration)) {
    return `pallets of the relay chain are on their way to another chain (stage ${migration}): a call of the manager may be lost`;
  }
  switch (registrarRule(registrar, appliesAtExpectedBlock)) {
    case 'none':
      return 'this relay chain has no registrar pallet with the legacy calls';
    case 'pre-lock':
      return 'the registrar of this relay chain is older than the calls by which managers replace code: only root can';
    case 'elsewhere':
      return "this relay chain's registrar takes no code from managers: it may have moved to the Coretime chain";
    case 'next-head':
    case 'expected-block':
      return null;
  }
}
