import type { ParaObservation } from '../../domain/chain/observation.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import { whyOverruled } from '../../domain/round/overruled.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { holds, obstacles } from '../facts.ts';
import { nothing, whyOver } from '../handover.ts';
import type { Next, Route } from '../route.ts';
import { hasMoved, type RouteContext, roundName, UNREADABLE_HEAD } from '../route-context.ts';
import { type AdvanceMemory, type Agreement, advance } from './advance.ts';
import { type ContractFindingsContext, contractFindings } from './findings.ts';
import { type ContractHandoverContext, handOverAct, handOverApproval } from './handover.ts';
import { contractPageCalls } from './page-calls.ts';
import { optedInFact, pendingFact, planContractRoute, type ReadView } from './plan.ts';
import {
  type ContractRescue,
  deliveryFee,
  isNamed,
  maySendAlone,
  missingContract,
  openContractRescue,
  viewBoth,
} from './rescue.ts';
import * as steps from './steps.ts';
import { TAKE_BACK_PATIENCE, type TakeBackMemory, takeBack } from './take-back.ts';
import type { WatchedContract } from './watched-contract.ts';

export interface ContractRouteContext
  extends RouteContext,
    Pick<ContractFindingsContext, 'peers'>,
    Pick<ContractHandoverContext, 'acting' | 'contractsUrls'> {
  readonly relay: RouteContext['relay'] & ContractHandoverContext['relay'];
  /** Of paras that have one. */
  readonly contracts: ReadonlyMap<ParaId, WatchedContract>;
  /** One for each decision. */
  readonly agreementOn: (paraId: ParaId) => Agreement;
}

const UNNAMED =
  'the round was decided by an older version and has no id, which the rescue contract asks for: vote again';

/** What this process remembers of one decision. */
interface Memory extends AdvanceMemory {
  rescue: ContractRescue | null;
  /** Since when the para lives again, or is opted out, and what came of taking the approval back; null while it is wanted. */
  unwanted: TakeBackMemory | null;
}

/**
 * The route through a rescue contract. Each block is looked at anew: what is to be done next follows from the state of
 * both chains alone, whoever brought it about, so it does not matter which of several services is first, or that one was
 * restarted.
 */
export function createContractRoute(context: ContractRouteContext): Route {
  const memories = new Map<string, Memory>();
  const memoryOf = (decided: DecidedRound): Memory => {
    const key = `${decided.paraId}/${roundName(decided)}`;
    const known = memories.get(key);
    if (known) return known;
    // Only one decision of a para is carried out at a time.
    for (const old of memories.keys()) if (old.startsWith(`${decided.paraId}/`)) memories.delete(old);
    const agreement = context.agreementOn(decided.paraId);
    const fresh: Memory = { rescue: null, agreement, sent: null, unwanted: null, fee: null };
    memories.set(key, fresh);
    return fresh;
  };

  const view = async (decided: DecidedRound, observation: ParaObservation): Promise<ChainView> => {
    const watched = context.contracts.get(decided.paraId);
    const { contract: terms } = decided.policy;
    if (!watched || !terms || !isNamed(decided) || missingContract(context.contracts, decided) !== null) {
      return viewBoth(context, null, observation, null);
    }
    const memory = memoryOf(decided);
    try {
      memory.rescue ??= await openContractRescue(context, watched, terms, decided, observation);
    } catch (error) {
      if (!isNodeTrouble(error)) throw error;
      return viewBoth(context, null, observation, error);
    }
    const seen = await viewBoth(context, memory.rescue, observation, null);
    if (seen.contract === null) return seen;
    try {
      memory.fee = await deliveryFee(memory.rescue);
    } catch (error) {
      if (!isNodeTrouble(error)) throw error;
      return { ...seen, contract: null, approval: null, trouble: error };
    }
    return seen;
  };

  /** What comes next while nothing is scheduled, by whoever `rescue` is watched as. */
  const goOn = async (
    decided: DecidedRound,
    memory: Memory,
    rescue: ContractRescue,
    seen: ReadView,
  ): Promise<Next> => {
    const now = seen.observation.relay.number;
    const revived = hasMoved(decided, seen) === true;
    const optedOut = obstacles([optedInFact(rescue)], seen)[0];
    const overruled = whyOverruled(decided, seen.observation);
    if (!revived && optedOut === undefined && overruled === null) {
      memory.unwanted = null;
      return advance(context, memory, rescue, seen);
    }
    memory.unwanted ??= { since: now, cancelled: null };
    const why = revived
      ? 'the para lives again'
      : overruled
        ? 'the relay chain stores other code than the decision rests on'
        : 'the para is opted out of this policy at its contract';
    const over: Next = revived
      ? { kind: 'revived' }
      : overruled
        ? { ...failed('RESCUE_CODE_REPLACED', overruled.message), isObstacle: true }
        : failed('RESCUE_CHAIN_REFUSES', `The rescue contract cannot act: ${optedOut}.`);
    if (isPatienceOver(memory.unwanted, now)) return over;
    return takeBack(context, rescue, seen, memory.unwanted, { why, over });
  };

  /** The view as another watcher has it. */
  const seenBy = async (rescue: ContractRescue, seen: ReadView): Promise<ReadView> => {
    const { cancelSupport, state } = seen.contract;
    if (cancelSupport === null) return seen;
    const alone = await maySendAlone(rescue.watched, state, cancelSupport.decision);
    return { ...seen, contract: { ...seen.contract, cancelSupport: { ...cancelSupport, alone } } };
  };

  return {
    name: 'contract',
    view,
    assess: (decided, seen) => {
      const problem = isNamed(decided) ? missingContract(context.contracts, decided) : UNNAMED;
      const { rescue, fee } = memoryOf(decided);
      if (problem !== null) return { possible: false, route: 'contract', reasons: [problem] };
      if (!isRead(seen) || !rescue) {
        const reason = seen.trouble?.message ?? 'nothing was read of it';
        return {
          possible: false,
          route: 'contract',
          reasons: [`the rescue contract cannot be read: ${reason}`],
        };
      }
      const recoveryHeads = decided.policy.recovery.heads;
      return planContractRoute({ ...rescue, view: seen, deliveryFee: fee, recoveryHeads });
    },
    next: async (decided, seen) => {
      const { approved } = decided;
      if (holds({ kind: 'code-scheduled-or-current', codeHash: approved.codeHash }, seen)) {
        return { kind: 'scheduled' };
      }
      const memory = memoryOf(decided);
      const now = seen.observation.relay.number;
      const revived = hasMoved(decided, seen);
      if (revived === null) return wait('people', UNREADABLE_HEAD);
      if (revived) memory.unwanted ??= { since: now, cancelled: null };
      // A living para must be watched again, whatever became of the chain with its contract.
      if (revived && isPatienceOver(memory.unwanted, now)) return { kind: 'revived' };
      const problem = isNamed(decided) ? missingContract(context.contracts, decided) : UNNAMED;
      if (problem !== null) {
        return failed('RESCUE_ROUTE_IMPOSSIBLE', `The route "contract" cannot be used: ${problem}.`);
      }
      if (seen.trouble) throw seen.trouble;
      if (!isRead(seen) || !memory.rescue) throw new Error('a view without a contract and without trouble');
      return goOn(decided, memory, memory.rescue, seen);
    },
    handover: async (decided, { observation }) => {
      const problem = isNamed(decided) ? missingContract(context.contracts, decided) : UNNAMED;
      if (problem !== null) return nothing(problem);
      const seen = await view(decided, observation);
      if (seen.trouble) throw seen.trouble;
      const memory = memoryOf(decided);
      const { rescue } = memory;
      if (!isRead(seen) || !rescue) return nothing('nothing was read of the rescue contract');
      const over = whyOver(decided, seen);
      // What was sent for a para that lives again may still have to be taken back.
      if (over !== null && hasMoved(decided, seen) !== true) return nothing(over);
      const isWanted =
        over === null &&
        obstacles([optedInFact(rescue)], seen).length === 0 &&
        whyOverruled(decided, observation) === null;
      const { approval } = seen.approval.state;
      if (isWanted && approval && holds(pendingFact(rescue), seen)) {
        return handOverApproval(context, rescue, approval);
      }
      return handOverAct(context, rescue, seen, async (self) => {
        const other = { ...rescue, watched: { ...rescue.watched, self } };
        // What carries the decision out keeps its own memory.
        const own = { ...memory, unwanted: memory.unwanted && { ...memory.unwanted } };
        return goOn(decided, own, other, await seenBy(other, seen));
      });
    },
    prepare: async (decided) => {
      const { rescue } = memoryOf(decided);
      return rescue ? contractPageCalls(context, rescue) : [];
    },
    journalled: (decided, key) => {
      const watched = context.contracts.get(decided.paraId);
      return watched ? steps.journalled(context, watched, decided, key) : null;
    },
    // The manager is the multisig, which can do nothing without another vote.
    relock: async () => null,
    advice: ({ paraId }) => [
      `The rescue contract needs enough watchers to attest the decision; then an operator supplies the code. "pararescue contract status" tells how far it is. Whose key is elsewhere: "pararescue handover --para ${paraId} --out call.json --code-out FILE" has the call that comes next, with the command for each who can sign it.`,
    ],
    examine: (look) => contractFindings(context, look),
  };
}

function isPatienceOver(memory: TakeBackMemory | null, now: RelayBlock): boolean {
  return memory !== null && now > memory.since + TAKE_BACK_PATIENCE;
}

function isRead(view: ChainView): view is ReadView {
  return view.contract?.round != null && view.approval !== null;
}

function wait(needs: 'time' | 'people', why: string): Next {
  return { kind: 'wait', needs, why };
}

function failed(code: RescueError['code'], sentence: string): Extract<Next, { kind: 'failed' }> {
  return { kind: 'failed', error: new RescueError(code, sentence) };
}
