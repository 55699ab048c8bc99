import { MESSAGE_PATIENCE } from '../domain/contract-route.ts';
import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.ts';
import type { DecisionState, PendingApproval } from '../domain/rescue-contract.ts';
import type { RelayBlock } from '../domain/units.ts';
import type { ContractRouteContext } from './contract-route-actors.ts';
import { type ContractErrand, type ContractSight, lookAt } from './contract-route-plan.ts';
import { attestCancelStep, cancelStep, reportHeadStep } from './contract-steps.ts';
import type { Step } from './step-executor.ts';

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
  const carryOut = async (step: Step): Promise<void> => {
    await context.steps.authorise(step, context.saved, signal);
    await context.steps.submit(step, signal);
  };
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
  const decided = contract.decided && (await desk.contract.decision(contract.decided));
  if (!decided || decided.decision.anchorHead !== input.anchor.head.hash || decided.cancelled) return true;
  // The support of others may still let anybody execute it; then this watcher is needed once more.
  if (!decided.sent) return decided.executableAt === null;
  const pending = approval.approval;
  if (!pending) return observation.relay.number >= since + MESSAGE_PATIENCE;
  if (pending.depositor !== parties.derived) return true;
  await carryOut(attestCancelStep(errand, decided.id, pending.when, contract));
  const support = await desk.contract.cancelSupport(decided.id, pending.when);
  if (support.length >= contract.threshold) {
    await carryOut(await cancellation(context, errand, contract, decided, pending));
  }
  return false;
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
