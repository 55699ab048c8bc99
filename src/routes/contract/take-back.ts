import type { DecisionState } from '../../domain/contract/rescue-contract.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { isOpen } from '../executor.ts';
import { holds } from '../facts.ts';
import type { Next } from '../route.ts';
import type { RouteContext } from '../route-context.ts';
import { takeApprovalBack } from './approval-calls.ts';
import { MESSAGE_PATIENCE, pendingFact, type ReadView } from './plan.ts';
import { type ContractRescue, sentDecision } from './rescue.ts';
import * as steps from './steps.ts';

/** Relay blocks for which a watcher stays to take an approval back; the living para can do it by itself as well. */
export const TAKE_BACK_PATIENCE: RelayBlock = 100;

/** What this process remembers of an approval that is to be taken back; a restart begins to count anew. */
export interface TakeBackMemory {
  /** Relay block at which it was first seen that nobody wants the approval any more. */
  readonly since: RelayBlock;
  /** Relay block at which the newest cancelling message was first seen as sent, and how many had no effect before it. */
  cancelled: { readonly at: RelayBlock; readonly repeated: number } | null;
}

/** Why nobody wants the approval any more: said in what is waited for. */
type Unwanted =
  | 'the para lives again'
  | 'the para is opted out of this policy at its contract'
  | 'the relay chain stores other code than the decision rests on';

/**
 * What comes next when the approval is not wanted any more, since the para lives again under its old code, or was opted
 * out: this watcher withdraws its support and, where the contract's approval waits on the relay chain or is still on its way
 * there, has it cancelled, so that nobody can use it later. `over` is the answer when nothing of it is left, or nothing that
 * this service could do.
 */
export async function takeBack(
  context: Pick<RouteContext, 'submitter' | 'journal'>,
  rescue: ContractRescue,
  view: ReadView,
  memory: TakeBackMemory,
  { why, over }: { readonly why: Unwanted; readonly over: Next },
): Promise<Next> {
  const { watched, decided } = rescue;
  const { contract } = view;
  const { state, decisions } = contract;
  const self = state.watchers.find(({ address }) => address === watched.self);
  const supported = self?.supports ? decisions.get(self.supports) : undefined;
  if (self && supported?.decision.anchorHead === decided.anchor.head.hash) {
    return { kind: 'act', step: steps.withdraw(rescue, self.address, supported.id, state) };
  }
  // The support of others may still let one of them execute what was decided; then this watcher is needed once more.
  const open = state.decided === null ? undefined : decisions.get(state.decided);
  const isExecutable =
    open?.decision.anchorHead === decided.anchor.head.hash && !open.sent && open.executableAt !== null;
  const end: Next =
    self && isExecutable
      ? {
          kind: 'wait',
          needs: 'people',
          why: `${why}, but others still support the decision, so that any watcher can execute it`,
        }
      : over;
  const sent = sentDecision(rescue, contract);
  return sent ? cancelSent(context, rescue, view, memory, sent, { why, over: end }) : end;
}

async function cancelSent(
  context: Pick<RouteContext, 'submitter' | 'journal'>,
  rescue: ContractRescue,
  view: ReadView,
  memory: TakeBackMemory,
  sent: DecisionState,
  { why, over }: { readonly why: Unwanted; readonly over: Next },
): Promise<Next> {
  const { watched } = rescue;
  const { state, cancelSupport } = view.contract;
  const now = view.observation.relay.number;
  const pending = view.approval.state.approval;
  if (!pending) {
    if (sent.cancelled || now >= memory.since + MESSAGE_PATIENCE) return over;
    return waitFor('time', why, 'the approval that is on its way will be taken back');
  }
  if (!holds(pendingFact(rescue), view)) return over;
  const isWatcher = state.watchers.some(({ address }) => address === watched.self);
  const alone = cancelSupport?.alone ?? false;
  if (watched.self === null || (!isWatcher && !alone)) return over;
  if (!alone) {
    const attested = cancelSupport?.watchers ?? [];
    if (!attested.includes(watched.self)) {
      return {
        kind: 'act',
        step: steps.attestCancel(rescue, watched.self, sent.id, pending.when, state),
      };
    }
    if (attested.length < state.threshold) {
      return waitFor('people', why, 'waiting for other watchers to take the approval back');
    }
  }
  if (sent.cancelled) {
    memory.cancelled ??= { at: now, repeated: 0 };
    if (now < memory.cancelled.at + MESSAGE_PATIENCE) return waitForCancel(why);
  }
  const repeated = memory.cancelled === null ? 0 : memory.cancelled.repeated + 1;
  const message = await cancelMessage(context, rescue, pending.when);
  const call = { id: sent.id, when: pending.when, message };
  const step = steps.cancel(rescue, call, state, repeated);
  const entry = repeated === 0 ? null : await context.journal.get(step.key);
  if (entry === null || isOpen(entry)) return { kind: 'act', step };
  memory.cancelled = { at: now, repeated };
  return waitForCancel(why);
}

async function cancelMessage(
  { submitter }: Pick<RouteContext, 'submitter'>,
  { parties, callHash, terms, watched }: ContractRescue,
  when: { readonly height: number; readonly index: number },
) {
  const { data } = await submitter.prepare(takeApprovalBack(parties, callHash, when));
  return watched.contract.wrap(data, BigInt(terms.fee)).message;
}

function waitForCancel(why: Unwanted): Next {
  return waitFor('time', why, 'the message that takes the approval back is on its way');
}

function waitFor(needs: 'time' | 'people', why: Unwanted, what: string): Next {
  return { kind: 'wait', needs, why: `${why}; ${what}` };
}
