import type { DecisionState, PendingApproval } from '../../domain/contract/rescue-contract.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { Step } from '../step-executor.ts';
import { MESSAGE_PATIENCE } from './plan.ts';
import type { ContractRouteContext } from './route-actors.ts';
import { type ContractErrand, type ContractSight, lookAt } from './route-plan.ts';
import { attestCancelStep, cancelStep, reportHeadStep } from './steps.ts';

/** Relay blocks for which a watcher stays to take an approval back; the living para can do it by itself as well. */
export const TAKE_BACK_PATIENCE: RelayBlock = 100;

/**
 * The para has lived again since relay block `since`, under its old code: withdraws this watcher's support and, where the
 * contract's approval waits on the relay chain or is still on its way there, has it cancelled, so that nobody can use it
 * against the living para later.
 */
export async function takeBack(
  context: ContractRouteContext,
  errand: ContractErrand,
  first: ContractSight,
  since: RelayBlock,
  signal: AbortSignal,
): Promise<void> {
  const { desk, input } = errand;
  const carryOut = (step: Step) => context.steps.carryOut(step, context.saved, signal);
  for (let sight = first; ; ) {
    if (sight.contract.watchers.every(({ address }) => address !== desk.self)) return;
    try {
      if (await lookOnce(context, errand, sight, since, carryOut)) return;
    } catch (error) {
      // Nothing depends on it being this watcher that does it.
      if (!(error instanceof RescueError) || isNodeTrouble(error)) throw error;
      context.tell('contract-waits', `the contract's approval is not taken back yet: ${messageOf(error)}`);
    }
    const next = await context.feed.next(input.paraId, sight.observation.relay.number, signal);
    if (next.relay.number > since + TAKE_BACK_PATIENCE) return;
    sight = await lookAt(context, errand, next);
  }
}

/** True when nothing is left that this watcher could take back. */
async function lookOnce(
  context: ContractRouteContext,
  errand: ContractErrand,
  { contract, approval, observation }: ContractSight,
  since: RelayBlock,
  carryOut: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { desk, input, parties } = errand;
  const self = contract.watchers.find(({ address }) => address === desk.self);
  const head = observation.head?.number ?? 0;
  if (self?.supports != null && head > input.anchor.head.number) {
    await carryOut(reportHeadStep(errand, head, contract));
  }
  // The support of others may still let anybody execute what was decided; then this watcher is needed once more.
  const open = await ownDecision(errand, contract.decided);
  const executable = open !== null && open.executableAt !== null;
  const sent = open?.sent ? open : await ownDecision(errand, contract.lastSentId);
  if (!sent || sent.cancelled) return !executable;
  const pending = approval.approval;
  if (!pending) return !executable && observation.relay.number >= since + MESSAGE_PATIENCE;
  if (pending.depositor !== parties.derived) return !executable;
  await carryOut(attestCancelStep(errand, sent.id, pending.when, contract));
  const support = await desk.contract.cancelSupport(sent.id, pending.when);
  if (support.length >= contract.threshold) {
    await carryOut(await cancellation(context, errand, contract, sent, pending));
  }
  return false;
}

/** The decision `id`, if it is on the anchor that the para has left. */
async function ownDecision({ desk, input }: ContractErrand, id: Hex | null): Promise<DecisionState | null> {
  const state = id && (await desk.contract.decision(id));
  return state && state.decision.anchorHead === input.anchor.head.hash ? state : null;
}

async function cancellation(
  { submitter }: ContractRouteContext,
  errand: ContractErrand,
  contract: ContractSight['contract'],
  { id }: DecisionState,
  { when }: PendingApproval,
): Promise<Step> {
  const { parties, callHash, terms, desk } = errand;
  const { data } = await submitter.prepare({ kind: 'cancel-approval', parties, callHash, when });
  const { message } = desk.contract.wrap(data, BigInt(terms.fee));
  return cancelStep(errand, id, when, message, contract);
}
