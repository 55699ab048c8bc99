import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { ActStep, RouteAssessment } from '../../domain/route/route.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { ActingLook } from '../acting.ts';

/** How the manager's calls are made when its own key is not the one that signs them. */
export interface ManagerWay {
  readonly acting: Acting;
  /** For scheduling the approved code. */
  readonly look: ActingLook;
}

/** Whether calls need no wrapping: the manager's own key signs, or nobody tells who does. */
export function isOwnKey({ signer, multisig }: Acting, manager: AccountHex): boolean {
  return multisig === null && (signer === null || signer === manager);
}

/** `pallet.method` of what is signed for the manager's call `method`. */
function outerMethod({ look, acting: { multisig } }: ManagerWay, method: string): string {
  if (multisig !== null) {
    if (multisig.threshold === 1) return 'multisig.asMultiThreshold1';
    return look.turn === 'approve' ? 'multisig.approveAsMulti' : 'multisig.asMulti';
  }
  return look.reach.kind === 'proxy' ? 'proxy.proxy' : method;
}

/** The step with the call that is really signed, and by whom. */
export function asSigned<S extends ActStep>(step: S, way: ManagerWay): S {
  const { acting, look } = way;
  const signer = acting.signer ?? look.account ?? look.real;
  return { ...step, call: { method: outerMethod(way, step.call.method), signer } };
}

/** The assessment with the calls that are really signed, or why nobody here can act for the manager. */
export function assessedBy(assessment: RouteAssessment, way: ManagerWay): RouteAssessment {
  const { reach } = way.look;
  if (reach.kind === 'none') {
    const reasons = assessment.possible ? [] : assessment.reasons;
    return { possible: false, route: 'registrar', reasons: [...reasons, reach.reason] };
  }
  if (!assessment.possible) return assessment;
  const { plan } = assessment;
  const steps = plan.steps.map((step) =>
    step.call === null ? step : asSigned({ ...step, call: step.call }, way),
  );
  return { possible: true, plan: { ...plan, steps } };
}

/** The call as it is signed where no approvals of others are needed; null where they are. */
export function signedAlone({ look, acting }: ManagerWay, call: RelayCall): RelayCall | null {
  const { signer, multisig } = acting;
  const own: RelayCall = look.reach.kind === 'proxy' ? { kind: 'proxied', real: look.real, call } : call;
  if (multisig === null) return own;
  if (multisig.threshold > 1 || signer === null) return null;
  return { kind: 'multisig-call', multisig, by: signer, when: null, call: own };
}

/** What tells the acts of one multisig apart in the journal: where its first approval stands. */
export function placeOf({ look }: ManagerWay): readonly (string | number)[] {
  const when = look.multisig?.state.approval?.when;
  return when ? [when.height, when.index] : ['first'];
}
