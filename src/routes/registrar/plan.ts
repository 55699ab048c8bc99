import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ActStep, RouteAssessment, RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { AccountHex, Hex, ParaBlock, RelayBlock } from '../../domain/units.ts';
import { obstacles, planObstacles } from '../facts.ts';

export interface RegistrarRouteInput {
  readonly view: ChainView;
  readonly codeHash: Hex;
  /** Bytes of the blob. */
  readonly codeSize: number;
  /** Head of the anchor: a later one means that the para lives. */
  readonly head: Hex;
  /** Account of the configured manager key, or null when an outside signer will submit. */
  readonly signer: AccountHex | null;
  readonly recoveryHeads: number;
  readonly lockAgain: boolean;
}

/**
 * Plans the legacy registrar route for an unlocked para: the manager schedules the
 * code, validators vote on it, the relay switches at the expected block, collators follow, the lock returns.
 */
export function planRegistrarRoute(input: RegistrarRouteInput): RouteAssessment {
  const { view, codeHash, signer } = input;
  const { observation, limits } = view;
  const manager = signer ?? observation.registrar?.manager ?? null;
  const steps: RouteStep[] = [
    scheduleStep({ ...input, manager }),
    ...revivalSteps(codeHash, limits, observation.head?.number ?? 0, input.recoveryHeads),
    ...(input.lockAgain ? [relockStep(manager)] : []),
  ];
  const reasons = planObstacles(steps, view);
  if (reasons.length > 0) return { possible: false, route: 'registrar', reasons };
  return {
    possible: true,
    plan: { route: 'registrar', paraId: observation.paraId, codeHash, steps, costs: [] },
  };
}

/** Scheduling the approved code as the registrar manager: the point of no return of the registrar route. */
export function scheduleStep(input: {
  readonly codeHash: Hex;
  readonly codeSize: number;
  readonly head: Hex;
  readonly manager: AccountHex | null;
}): ActStep {
  const { codeHash, codeSize, head, manager } = input;
  return {
    id: 'schedule-code',
    title: 'schedule the approved code as the registrar manager',
    while: [{ kind: 'head-is', hash: head }],
    before: [
      ...(manager === null ? [] : [{ kind: 'registrar-manager-is', account: manager } as const]),
      ...scheduleFacts(codeHash, codeSize),
      { kind: 'switches-without-head' },
    ],
    after: [{ kind: 'code-scheduled-or-current', codeHash }],
    call: { method: 'registrar.scheduleCodeUpgrade', signer: manager ?? 'anybody' },
    expectedBlocks: 2,
  };
}

/** What `registrar.schedule_code_upgrade` by the manager needs. */
export function scheduleFacts(codeHash: Hex, codeSize: number): ChainFact[] {
  return [
    { kind: 'registrar-unlocked' },
    { kind: 'code-is-other-than', codeHash },
    { kind: 'code-size-allowed', bytes: codeSize },
    { kind: 'no-upgrade-pending' },
    { kind: 'upgrade-allowed' },
  ];
}

/** Adding the lock again once the para lives. */
export function relockStep(manager: AccountHex | null): ActStep {
  return {
    id: 'lock-again',
    title: 'add the registrar lock again',
    while: [],
    before: [{ kind: 'registrar-unlocked' }],
    after: [{ kind: 'registrar-locked' }],
    call: { method: 'registrar.addLock', signer: manager ?? 'anybody' },
    expectedBlocks: 2,
  };
}

/** What every route has in common once the code is scheduled. */
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
    {
      id: 'first-heads',
      title: 'collators build with the approved code as a substitute, and their heads are included',
      while: [],
      before: [{ kind: 'code-is', codeHash }],
      after: [{ kind: 'heads-after', head, count: recoveryHeads }],
      call: null,
      expectedBlocks: null,
    },
  ];
}

/** Why the manager could never carry anything out for this para on this relay chain; empty when it could. */
export function registrarProspects(observation: ParaObservation, limits: RelayLimits | null): string[] {
  const facts: ChainFact[] = [{ kind: 'registrar-unlocked' }];
  if (limits !== null) facts.push({ kind: 'switches-without-head' });
  return obstacles(facts, { observation, limits, contract: null, approval: null, trouble: null });
}

/** Blocks from the call to the switch, at least: max(2 × validation_upgrade_delay, minimum delay after acceptance). */
export function enactmentDelay(limits: RelayLimits): RelayBlock {
  return Math.max(2 * limits.validationUpgradeDelay, limits.minimumValidationUpgradeDelay);
}
