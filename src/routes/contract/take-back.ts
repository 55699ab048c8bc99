import type { DecisionState, PendingApproval } from '../../domain/contract/rescue-contract.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { Step } from '../step-executor.ts';
import { MESSAGE_PATIENCE } from './plan.ts';
import type { ContractRouteContext } from './route-actors.ts';
import { type BothChains, type ContractRescue, lookAt } from './route-plan.ts';
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
  rescue: ContractRescue,
  first: BothChains,
  since: RelayBlock,
  signal: AbortSignal,
): Promise<void> {
  const { watched, input } = rescue;
  const carryOut = (step: Step) => context.steps.carryOut(step, context.saved, signal);
  for (let chains = first; ; ) {
    if (chains.contract.watchers.every(({ address }) => address !== watched.self)) return;
    try {
      if (await lookOnce(context, rescue, chains, since, carryOut)) return;
    } catch (error) {
      // Nothing depends on it being this watcher that does it.
      if (!(error instanceof RescueError) || isNodeTrouble(error)) throw error;
      context.tell('take-back-trouble', { reason: messageOf(error) });
    }
    const next = await context.feed.next(input.paraId, chains.observation.relay.number, signal);
    if (next.relay.number > since + TAKE_BACK_PATIENCE) return;
    chains = await lookAt(context, rescue, next);
  }
}

/** True when nothing is left that this watcher could take back. */
async function lookOnce(
  context: ContractRouteContext,
  rescue: ContractRescue,
  { contract, approval, observation }: BothChains,
  since: RelayBlock,
  carryOut: (step: Step) => Promise<void>,
): Promise<boolean> {
  const { watched, input, parties } = rescue;
  const self = contract.watchers.find(({ address }) => address === watched.self);
  const head = observation.head?.number ?? 0;
  if (self?.supports != null && head > input.anchor.head.number) {
    await carryOut(reportHeadStep(rescue, head, contract));
  }
  // The support of others may still let anybody execute what was decided; then this watcher is needed once more.
  const open = await ownDecision(rescue, contract.decided);
  const executable = open !== null && open.executableAt !== null;
  const sent = open?.sent ? open : await ownDecision(rescue, contract.lastSentId);
  if (!sent || sent.cancelled) return !executable;
  const pending = approval.approval;
  if (!pending) return !executable && observation.relay.number >= since + MESSAGE_PATIENCE;
  if (pending.depositor !== parties.derived) return !executable;
  await carryOut(attestCancelStep(rescue, sent.id, pending.when, contract));
  const support = await watched.contract.cancelSupport(sent.id, pending.when);
  if (support.length >= contract.threshold) {
    await carryOut(await cancellation(context, rescue, contract, sent, pending));
  }
  return false;
}

/** The decision `id`, if it is on the anchor that the para has left. */
async function ownDecision(
  { watched, input }: ContractRescue,
  id: Hex | null,
): Promise<DecisionState | null> {
  const state = id && (await watched.contract.decision(id));
  return state && state.decision.anchorHead === input.anchor.head.hash ? state : null;
}

async function cancellation(
  { submitter }: ContractRouteContext,
  rescue: ContractRescue,
  contract: BothChains['contract'],
  { id }: DecisionState,
  { when }: PendingApproval,
): Promise<Step> {
  const { parties, callHash, terms, watched } = rescue;
  const { data } = await submitter.prepare({ kind: 'cancel-approval', parties, callHash, when });
  const { message } = watched.contract.wrap(data, BigInt(terms.fee));
  return cancelStep(rescue, id, when, message, contract);
}
