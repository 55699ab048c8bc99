import type { RelayLimits } from '../domain/chain/observation.ts';
import type { ChainFact } from '../domain/route/facts.ts';
import type { RouteStep } from '../domain/route/route.ts';
import type { Hex, ParaBlock, RelayBlock } from '../domain/units.ts';

/** What routes have in common that schedule code through the registrar, whoever signs for the manager. */

/** What `registrar.schedule_code_upgrade` for the manager needs. */
export function scheduleFacts(codeHash: Hex, codeSize: number): ChainFact[] {
  return [
    { kind: 'registrar-takes-code' },
    { kind: 'registrar-unlocked' },
    { kind: 'code-is-other-than', codeHash },
    { kind: 'code-size-allowed', bytes: codeSize },
    { kind: 'no-upgrade-pending' },
    { kind: 'upgrade-allowed' },
  ];
}

/** What comes once the code is scheduled: the relay chain switches, and the para lives under it. */
export function revivalSteps(
  codeHash: Hex,
  limits: RelayLimits | null,
  head: ParaBlock,
  recoveryHeads: number,
): RouteStep[] {
  return [
    {
      id: 'await-enactment',
      title: 'wait for the PVF vote and the expected block, at which the relay switches the code',
      while: [],
      before: [{ kind: 'code-scheduled-or-current', codeHash }],
      after: [{ kind: 'code-is', codeHash }],
      call: null,
      expectedBlocks: limits && enactmentDelay(limits),
    },
    firstHeads(codeHash, head, recoveryHeads),
  ];
}

/** The para lives under the code that the relay chain has of it. */
export function firstHeads(codeHash: Hex, head: ParaBlock, recoveryHeads: number): RouteStep {
  return {
    id: 'first-heads',
    title: 'collators build with the approved code as a substitute, and their heads are included',
    while: [],
    before: [{ kind: 'code-is', codeHash }],
    after: [{ kind: 'heads-after', head, count: recoveryHeads }],
    call: null,
    expectedBlocks: null,
  };
}

/** Blocks from the call to the switch, at least: max(2 × validation_upgrade_delay, minimum delay after acceptance). */
export function enactmentDelay(limits: RelayLimits): RelayBlock {
  return Math.max(2 * limits.validationUpgradeDelay, limits.minimumValidationUpgradeDelay);
}
