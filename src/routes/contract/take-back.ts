import type { RelayBlock } from '../../domain/units.ts';
import type { Next } from '../route.ts';
import type { RouteContext } from '../route-context.ts';
import { MESSAGE_PATIENCE, type ReadView } from './plan.ts';
import { type ContractRescue, sentDecision } from './rescue.ts';
import * as steps from './steps.ts';

/** Relay blocks for which a watcher stays to take an approval back; the living para can do it by itself as well. */
export const TAKE_BACK_PATIENCE: RelayBlock = 100;

/**
 * What comes next when the para has lived again since relay block `since`, under its old code: this watcher withdraws its
 * support and, where the contract's approval waits on the relay chain or is still on its way there, has it cancelled, so
 * that nobody can use it against the living para later.
 */
export async function takeBack(
  { submitter }: Pick<RouteContext, 'submitter'>,
  rescue: ContractRescue,
  { contract, approval, observation }: ReadView,
  since: RelayBlock,
): Promise<Next> {
  const { watched, decided, parties, callHash, terms } = rescue;
  const { state, cancelSupport } = contract;
  const self = state.watchers.find(({ address }) => address === watched.self);
  if (!self) return { kind: 'revived' };
  const head = observation.head?.number ?? 0;
  if (self.supports !== null && head > decided.anchor.head.number) {
    return { kind: 'act', step: steps.reportHead(rescue, self.address, head, state) };
  }
  // The support of others may still let anybody execute what was decided; then this watcher is needed once more.
  const open = state.decided === null ? undefined : contract.decisions.get(state.decided);
  const executable =
    open?.decision.anchorHead === decided.anchor.head.hash && !open.sent && open.executableAt !== null;
  const over: Next = executable
    ? {
        kind: 'wait',
        needs: 'people',
        why: 'the para lives again, but others still support the decision, so anybody can execute it',
      }
    : { kind: 'revived' };
  const sent = sentDecision(decided, contract);
  if (!sent || sent.cancelled) return over;
  const pending = approval.state.approval;
  if (!pending) {
    if (observation.relay.number >= since + MESSAGE_PATIENCE) return over;
    return {
      kind: 'wait',
      needs: 'time',
      why: 'the para lives again; the approval that is on its way will be taken back',
    };
  }
  if (pending.depositor !== parties.derived) return over;
  const attested = cancelSupport?.watchers ?? [];
  if (!attested.includes(self.address)) {
    return { kind: 'act', step: steps.attestCancel(rescue, self.address, sent.id, pending.when, state) };
  }
  if (attested.length < state.threshold) {
    return {
      kind: 'wait',
      needs: 'people',
      why: 'the para lives again; waiting for other watchers to take the approval back',
    };
  }
  const call = { kind: 'cancel-approval', parties, callHash, when: pending.when } as const;
  const { data } = await submitter.prepare(call);
  const { message } = watched.contract.wrap(data, BigInt(terms.fee));
  return { kind: 'act', step: steps.cancel(rescue, sent.id, pending.when, message, state) };
}
