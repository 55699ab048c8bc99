import { tokenAmount } from '../../domain/amount.ts';
import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import type { FactLine, OptionCost, OptionStep } from '../../domain/route/option.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import { lookAtActing } from '../acting.ts';
import type { CodeToPlan, PlanLook } from '../options/look.ts';
import { factLines, unknownCall } from '../options/option-step.ts';
import { layersOf, wrappedCall } from '../options/wrapped-calls.ts';
import { type SignedPart, signedParts } from '../signed-parts.ts';
import { isOwnKey } from './manager-way.ts';

/** Who acts for managers, and what tells how. */
export interface ActingPlanContext {
  readonly acting: Acting;
  readonly relay: Pick<RelayReader, 'accounts' | 'multisigState'>;
  readonly submitter: Pick<RelaySubmitter, 'prepare'>;
}

/** A call of the manager's, and the code that it carries; undefined where it carries none. */
export interface ManagersCall {
  readonly make: (code: Uint8Array) => RelayCall;
  readonly code: CodeToPlan | null | undefined;
}

interface SignedSteps {
  readonly steps: readonly OptionStep[];
  /** What whoever approves first lays down; null where nobody does. */
  readonly deposit: OptionCost | null;
}

/**
 * A step of the manager's as it is really signed: around what, and by whom, one step for each extrinsic. As it is where the
 * manager's own key signs, or where nobody here can act for it, which is for the findings to say.
 */
export async function signedSteps(
  { acting, relay, submitter }: ActingPlanContext,
  { observation, limits, token }: Pick<PlanLook, 'observation' | 'limits' | 'token'>,
  plain: OptionStep,
  { make, code }: ManagersCall,
): Promise<SignedSteps> {
  const asIs: SignedSteps = { steps: [plain], deposit: null };
  const real = observation.registrar?.manager;
  const { signer, multisig } = acting;
  if (real === undefined || plain.call === null || isOwnKey(acting, real)) return asIs;
  if (multisig !== null && signer !== null && !multisig.signatories.includes(signer)) return asIs;
  // What has been approved is known by the hash of the very bytes: of others nothing is.
  const sample = make(code?.bytes ?? new Uint8Array(code?.size ?? 1));
  const look = await answerOf(() => lookAtActing({ relay, submitter }, acting, real, sample));
  if ('trouble' in look) {
    const call = unknownCall(plain.call.method, `how it is signed could not be looked at: ${look.trouble}`);
    return { steps: [{ ...plain, call }], deposit: null };
  }
  if (look.reach.kind === 'none') return asIs;
  const subject = {
    layers: look.reach.kind === 'proxy' ? [(bytes: Uint8Array) => proxied(real, make(bytes)), make] : [make],
    code,
  };
  const inside = await layersOf(submitter.prepare, subject);
  const parts = signedParts(look, acting);
  const view = { ...viewOfRelay(observation, limits ?? null), multisig: look.multisig };
  const steps: OptionStep[] = [];
  const approved: FactLine[] = [];
  for (const part of parts) {
    const call = await wrappedCall(submitter.prepare, part, subject, inside);
    const callHash = inside[0]?.hash ?? null;
    const own: FactLine[] =
      part.approves && multisig && callHash !== null
        ? factLines(
            [{ kind: 'multisig-approved', multisig: multisig.account, callHash, by: part.signer }],
            view,
          )
        : [];
    steps.push({
      ...plain,
      title: titleOf(plain.title, part, look.account, multisig?.threshold ?? 0),
      origin: originOf(part, look.reach.kind === 'proxy', look.account ?? real, real),
      signer: part.signer,
      call,
      before: [...plain.before, ...approved],
      after: part.approves ? own : plain.after,
      // The others take their time.
      expectedBlocks: multisig === null || part.signer === signer ? plain.expectedBlocks : null,
    });
    approved.push(...own);
  }
  return { steps, deposit: depositOf(look.multisig?.state, parts, multisig?.threshold ?? 1, token) };
}

function proxied(real: AccountHex, call: RelayCall): RelayCall {
  return { kind: 'proxied', real, call };
}

function titleOf(title: string, part: SignedPart, account: AccountHex | null, threshold: number): string {
  if (part.approvals === null) return `${title}, by its proxy`;
  const place = `approval ${part.approvals} of ${threshold} of the multisig ${account}`;
  return part.approves
    ? `approve by its hash the call of the next steps (${title}): ${place}`
    : `${title}: ${place}, with the whole call`;
}

function originOf({ approves }: SignedPart, isProxy: boolean, account: AccountHex, real: AccountHex): string {
  if (approves) return 'signed by a signatory of the multisig; any other can take this part';
  const as = isProxy ? `, as the manager ${real}` : '';
  return `signed; dispatched by ${account}${as}`;
}

function depositOf(
  state:
    | { readonly deposit: bigint; readonly approval: { readonly depositor: AccountHex } | null }
    | undefined,
  [first]: readonly SignedPart[],
  threshold: number,
  token: PlanLook['token'],
): OptionCost | null {
  if (state === undefined || threshold < 2) return null;
  return {
    what: 'deposit of whoever approves first, for each call of the multisig until it is made or taken back',
    kind: 'deposit',
    amount: state.deposit.toString(),
    text: tokenAmount(state.deposit, token),
    account: state.approval?.depositor ?? first?.signer ?? null,
  };
}
