import type { Acting } from '../../domain/chain/acting.ts';
import type { ActStep, RouteAssessment, RoutePlan, RouteStep } from '../../domain/route/route.ts';
import type { AccountHex } from '../../domain/units.ts';
import { type ActingLook, shownBy } from '../acting.ts';

/** How the manager's calls are made when its own key is not the one that signs them. */
export interface ManagerWay {
  readonly acting: Acting;
  /** For one call. */
  readonly look: ActingLook;
}

/** Whether calls need no wrapping: the manager's own key signs, or nobody tells who does. */
export function isOwnKey({ signer, multisig }: Acting, manager: AccountHex): boolean {
  return multisig === null && (signer === null || signer === manager);
}

/** `pallet.method` of what is signed for the manager's call `method`; `approves` for an approval by hash. */
function outerMethod({ look, acting: { multisig } }: ManagerWay, method: string, approves: boolean): string {
  if (multisig !== null) {
    if (multisig.threshold === 1) return 'multisig.asMultiThreshold1';
    return approves ? 'multisig.approveAsMulti' : 'multisig.asMulti';
  }
  return look.reach.kind === 'proxy' ? 'proxy.proxy' : method;
}

/** The step with the call that is really signed now, and by whom. */
export function asSigned<S extends ActStep>(step: S, way: ManagerWay): S {
  const { acting, look } = way;
  const signer = acting.signer ?? look.account ?? look.real;
  return { ...step, call: { method: outerMethod(way, step.call.method, look.turn === 'approve'), signer } };
}

/** The steps of a plan for one call of the manager's: this signatory's approval, where others follow it, and what makes the call. */
function plannedSteps(step: ActStep, way: ManagerWay, id: 'approve-call' | 'approve-lock'): RouteStep[] {
  const { acting, look } = way;
  const { signer, multisig } = acting;
  if (multisig === null || multisig.threshold === 1) return [asSigned(step, way)];
  const call = {
    method: outerMethod(way, step.call.method, false),
    signer: signer ?? ('signatory' as const),
  };
  if (look.turn === 'execute') return [{ ...step, call }];
  const last: ActStep = { ...step, call: { ...call, signer: 'signatory' }, expectedBlocks: null };
  if (signer === null || look.turn !== 'approve') return [last];
  const after = shownBy(look, signer, step.after);
  const method = outerMethod(way, step.call.method, true);
  return [{ ...step, id, title: approvalTitle(step.title, way), after, call: { method, signer } }, last];
}

/** `what` the call does, for people. */
export function approvalTitle(what: string, { look }: ManagerWay): string {
  return `approve the call by its hash, as a signatory of ${look.account}: ${what}`;
}

/**
 * The assessment with the calls that are really signed, or why nobody here can act for the manager. `lock` is the look for the call
 * that adds the lock again.
 */
export function assessedBy(assessment: RouteAssessment, way: ManagerWay, lock: ActingLook): RouteAssessment {
  const { reach } = way.look;
  if (reach.kind === 'none') {
    const reasons = assessment.possible ? [] : assessment.reasons;
    return { possible: false, route: 'registrar', reasons: [...reasons, reach.reason] };
  }
  if (!assessment.possible) return assessment;
  const { plan } = assessment;
  const steps = plan.steps.flatMap((step): RouteStep[] => {
    const { call } = step;
    if (call === null) return [step];
    return step.id === 'lock-again'
      ? plannedSteps({ ...step, call }, { ...way, look: lock }, 'approve-lock')
      : plannedSteps({ ...step, call }, way, 'approve-call');
  });
  return { possible: true, plan: { ...plan, steps, costs: [...plan.costs, ...depositOf(way)] } };
}

function depositOf({ look, acting: { signer, multisig } }: ManagerWay): RoutePlan['costs'] {
  const { state } = look.multisig ?? {};
  if (!state || multisig === null || multisig.threshold === 1) return [];
  const account = state.approval?.depositor ?? (look.turn === 'approve' ? signer : null);
  if (account === null) return [];
  const what = 'deposit of the first approval, given back when the call is made or taken back';
  return [{ account, amount: state.deposit.toString(), what }];
}

/** What tells the acts of one multisig apart in the journal: where its first approval stands. */
export function placeOf({ look }: ManagerWay): readonly (string | number)[] {
  const when = look.multisig?.state.approval?.when;
  return when ? [when.height, when.index] : ['first'];
}
