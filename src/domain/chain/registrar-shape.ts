/**
 * Where the registrar of a relay chain is, and by which rule it replaces code: read off metadata, never off versions or indices. What
 * each mark means stands in docs/plan.md.
 */

/** What `schedule_code_upgrade` takes besides the para: the code itself, its hash, something else; null where there is no such call. */
export type ScheduleArgument = 'code' | 'hash' | 'other' | null;

export interface RegistrarShape {
  readonly schedule: ScheduleArgument;
  /** `add_lock` and `set_current_head`, which came together with `schedule_code_upgrade`. */
  readonly hasManagerCalls: boolean;
  /** Type of `Registrar.Paras.locked`. */
  readonly locked: 'bool' | 'option' | 'other' | null;
  /** A pallet takes code that another chain authorised: `apply_authorized_code(para, code)`. */
  readonly appliesAuthorized: boolean;
  /** Storage items of that pallet in which authorisations of upgrades can be; those of registrations are none. */
  readonly authorizations: readonly string[];
  /** Stage of a pallet that moves others to another chain, as it is named; null without such a pallet. */
  readonly migration: string | null;
}

/** What a Coretime chain has of a registrar. */
export interface CoretimeShape {
  /** Name of the pallet that has `schedule_code_upgrade`; null without one. */
  readonly pallet: string | null;
  readonly schedule: ScheduleArgument;
  /** The pallet's errors hold `Unimplemented`: its calls are there for their place only. */
  readonly isScaffold: boolean;
  readonly migration: string | null;
}

/**
 * `pre-lock`: no manager can touch code or head, only root. `next-head`: scheduled code takes effect at the para's next included head.
 * `expected-block`: it does so at the expected relay block, without a head. `elsewhere`: the relay chain takes no such call.
 */
export type RegistrarRule = 'none' | 'pre-lock' | 'next-head' | 'expected-block' | 'elsewhere';

export function registrarRule(
  { schedule, hasManagerCalls, locked }: RegistrarShape,
  appliesAtExpectedBlock: boolean,
): RegistrarRule {
  if (schedule === 'code') return appliesAtExpectedBlock ? 'expected-block' : 'next-head';
  if (schedule !== null || hasManagerCalls || locked === 'option') return 'elsewhere';
  return locked === 'bool' ? 'pre-lock' : 'none';
}

/** Where managers act for their paras. */
export type RegistrarPlace =
  | { readonly is: 'relay' }
  | { readonly is: 'coretime' }
  /** Neither is certain, so nothing is done. */
  | { readonly is: 'migrating'; readonly reasons: readonly string[] }
  /** What decides was not looked at. */
  | { readonly is: 'unknown'; readonly reasons: readonly string[] };

/** How a call of the manager fares, tried without effect: refused by the chain's filter, or not; null where it could not be tried. */
export type Filtered = boolean | null;

/**
 * Decides by shapes and by calls tried without effect. `coretime` is null when no node of that chain was asked. A relay chain whose
 * registrar takes code, and filters no call, is legacy whatever the Coretime chain has already.
 */
export function registrarPlace(input: {
  readonly relay: RegistrarShape;
  /** Of a manager's call on the relay chain. */
  readonly relayFiltered: Filtered;
  readonly coretime: CoretimeShape | null;
  readonly coretimeFiltered: Filtered;
}): RegistrarPlace {
  const { relay, relayFiltered, coretime, coretimeFiltered } = input;
  const moving = [
    ['relay chain', relay.migration],
    ['Coretime chain', coretime?.migration ?? null],
  ] as const;
  const stages = moving.flatMap(([chain, stage]) =>
    stage === null || isAtRest(stage) ? [] : [`the migration of the ${chain} is at stage ${stage}`],
  );
  if (stages.length > 0) return { is: 'migrating', reasons: stages };
  if (relay.schedule === 'code' && relayFiltered !== true) return { is: 'relay' };
  const gone =
    relay.schedule === 'code'
      ? "the relay chain filters the manager's calls"
      : 'the relay chain has no registrar call that takes code';
  if (coretime === null) {
    return { is: 'unknown', reasons: [`${gone}, and no node of the Coretime chain was asked (--coretime)`] };
  }
  const against = [
    ...coretimeObstacles(coretime, coretimeFiltered),
    ...(relay.appliesAuthorized
      ? []
      : ['the relay chain has no apply_authorized_code for code that the Coretime chain authorises']),
    ...(relay.appliesAuthorized && relay.authorizations.length === 0
      ? ['the relay chain keeps authorisations of registrations only, none of upgrades']
      : []),
  ];
  return against.length === 0 ? { is: 'coretime' } : { is: 'migrating', reasons: [gone, ...against] };
}

function coretimeObstacles({ pallet, schedule, isScaffold }: CoretimeShape, filtered: Filtered): string[] {
  if (pallet === null) return ['the Coretime chain has no registrar'];
  return [
    ...(schedule === 'hash'
      ? []
      : [`${pallet}.schedule_code_upgrade of the Coretime chain takes no hash of code`]),
    ...(isScaffold
      ? [`the calls of ${pallet} on the Coretime chain are scaffolds that end with Unimplemented`]
      : []),
    ...(filtered === true ? ["the Coretime chain filters the manager's calls"] : []),
    ...(filtered === null ? ["the manager's call could not be tried on the Coretime chain"] : []),
  ];
}

/** Before a migration begins, and after it has ended. */
export function isAtRest(stage: string): boolean {
  return /(?:pending|done)$/i.test(stage);
}
