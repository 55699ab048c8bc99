import { managerObstacles } from '../../domain/chain/manager.ts';
import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import type { RouteAssessment, RouteStep } from '../../domain/route/route.ts';
import type { AccountHex, Hex, ParaBlock, RelayBlock } from '../../domain/units.ts';

export interface RegistrarRouteInput {
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
  readonly codeHash: Hex;
  readonly codeSize: number;
  /** Account of the configured manager key, or null when an outside signer will submit. */
  readonly signer: AccountHex | null;
  readonly recoveryHeads: number;
  readonly lockAgain: boolean;
}

/**
 * Plans the legacy registrar route for an unlocked para (chain-facts sections 2 and 3): the manager schedules the
 * code, validators vote on it, the relay switches at the expected block, collators follow, the lock returns.
 */
export function planRegistrarRoute(input: RegistrarRouteInput): RouteAssessment {
  const { observation, limits, codeHash, codeSize, signer } = input;
  const reasons = scheduleObstacles(observation, limits, codeHash, codeSize);
  const manager = observation.registrar?.manager;
  if (manager && signer !== null && signer !== manager) {
    reasons.push(`the configured key is ${signer}, but the registrar's manager of the para is ${manager}`);
  }
  if (!limits.appliesAtExpectedBlock) {
    reasons.push(
      'this relay chain still applies upgrades only at the next included head, so a code scheduled by the manager never reaches a halted para',
    );
  }
  if (reasons.length > 0 || !manager) return { possible: false, route: 'registrar', reasons };

  const head: ParaBlock = observation.head?.number ?? 0;
  const steps: RouteStep[] = [
    {
      id: 'schedule-code',
      title: 'schedule the approved code as the registrar manager',
      before: [
        { kind: 'registrar-manager-is', account: manager },
        { kind: 'registrar-unlocked' },
        { kind: 'no-upgrade-pending' },
        { kind: 'upgrade-allowed' },
        ...(observation.head ? [{ kind: 'head-is', hash: observation.head.hash } as const] : []),
      ],
      after: [{ kind: 'code-scheduled-or-current', codeHash }],
      call: { method: 'registrar.scheduleCodeUpgrade', signer: manager },
      expectedBlocks: 2,
    },
    ...revivalSteps(codeHash, limits, head, input.recoveryHeads),
  ];
  if (input.lockAgain) {
    steps.push({
      id: 'lock-again',
      title: 'add the registrar lock again',
      before: [{ kind: 'registrar-unlocked' }],
      after: [{ kind: 'registrar-locked' }],
      call: { method: 'registrar.addLock', signer: manager },
      expectedBlocks: 2,
    });
  }
  return {
    possible: true,
    plan: { route: 'registrar', paraId: observation.paraId, codeHash, steps, costs: [] },
  };
}

/** What every route has in common once the code is scheduled. */
export function revivalSteps(
  codeHash: Hex,
  limits: RelayLimits,
  head: ParaBlock,
  recoveryHeads: number,
): RouteStep[] {
  return [
    {
      id: 'await-enactment',
      title: 'wait for the PVF vote and the expected block, at which the relay switches the code',
      before: [{ kind: 'code-scheduled-or-current', codeHash }],
      after: [{ kind: 'code-is', codeHash }],
      call: null,
      expectedBlocks: enactmentDelay(limits),
    },
    {
      id: 'first-heads',
      title: 'collators build with the approved code as a substitute, and their heads are included',
      before: [{ kind: 'code-is', codeHash }],
      after: [{ kind: 'heads-after', head, count: recoveryHeads }],
      call: null,
      expectedBlocks: null,
    },
  ];
}

/** Why `registrar.schedule_code_upgrade` by the manager cannot work now; empty when it can. */
export function scheduleObstacles(
  observation: ParaObservation,
  limits: RelayLimits,
  codeHash: Hex,
  codeSize: number,
): string[] {
  const reasons = managerObstacles(observation);
  if (observation.currentCodeHash === codeHash) {
    reasons.push('the relay already stores this code: scheduling it again would do nothing');
  }
  if (codeSize > limits.maxCodeSize) {
    reasons.push(`the code has ${codeSize} bytes, the relay takes at most ${limits.maxCodeSize}`);
  }
  if (observation.futureCodeHash !== null) {
    reasons.push(`an upgrade to ${observation.futureCodeHash} is already pending`);
  }
  if (observation.upgradeRestriction !== null) {
    const until = observation.upgradeCooldownUntil;
    reasons.push(
      `the upgrade cooldown runs${until === null ? '' : ` until relay block ${until} (now ${observation.relay.number})`}; anyone may pay paras.removeUpgradeCooldown to end it`,
    );
  }
  return reasons;
}

/** Blocks from the call to the switch, at least: max(2 × validation_upgrade_delay, minimum delay after acceptance). */
export function enactmentDelay(limits: RelayLimits): RelayBlock {
  return Math.max(2 * limits.validationUpgradeDelay, limits.minimumValidationUpgradeDelay);
}
