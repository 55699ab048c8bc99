import type { ActStep, RouteAssessment, RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { revivalSteps, scheduleFacts } from '../code-upgrade.ts';
import { planObstacles } from '../facts.ts';

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
  const { view, codeHash } = input;
  const { observation } = view;
  const steps = registrarSteps(input);
  const reasons = planObstacles(steps, view);
  if (reasons.length > 0) return { possible: false, route: 'registrar', reasons };
  return {
    possible: true,
    plan: { route: 'registrar', paraId: observation.paraId, codeHash, steps, costs: [] },
  };
}

/** The steps of the route, whether they could be taken now or not. */
export function registrarSteps(input: RegistrarRouteInput): RouteStep[] {
  const { view, codeHash, signer } = input;
  const { observation, limits } = view;
  const manager = signer ?? observation.registrar?.manager ?? null;
  return [
    scheduleStep({ ...input, manager }),
    ...revivalSteps(codeHash, limits, observation.head?.number ?? 0, input.recoveryHeads),
    ...(input.lockAgain ? [relockStep(manager)] : []),
  ];
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
