import type { ParaObservation } from '../../domain/chain/observation.ts';
import { type DecisionState, NO_CALL } from '../../domain/contract/rescue-contract.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { holds, obstacles } from '../facts.ts';
import type { Next, Route } from '../route.ts';
import { hasMoved, type RouteContext, roundName, UNREADABLE_HEAD } from '../route-context.ts';
import { commonPart } from './decision.ts';
import {
  MESSAGE_PATIENCE,
  nextAttempt,
  passingFacts,
  pendingFact,
  planContractRoute,
  type ReadView,
  standingFacts,
} from './plan.ts';
import {
  type ContractRescue,
  currentDecision,
  deliveryFee,
  missingContract,
  openContractRescue,
  viewBoth,
} from './rescue.ts';
import * as steps from './steps.ts';
import { TAKE_BACK_PATIENCE, takeBack } from './take-back.ts';
import type { WatchedContract } from './watched-contract.ts';
import { type AgreementContext, WatcherAgreement } from './watcher-agreement.ts';

export interface ContractRouteContext
  extends Omit<RouteContext, 'relay'>,
    Omit<AgreementContext, 'tell' | 'ledger' | 'relay'> {
  readonly relay: RouteContext['relay'] & AgreementContext['relay'];
  /** Of paras that have one. */
  readonly contracts: ReadonlyMap<ParaId, WatchedContract>;
  /** The round that was decided. */
  readonly openRound: (paraId: ParaId) => Promise<OpenRound | null>;
  readonly tell: (paraId: ParaId) => TellOfPara;
}

/** Messages for one round; more would not arrive either. */
const MAX_ATTEMPTS = 3;

/** What this process remembers of one decision. Nothing depends on it but patience: a restart begins to count anew. */
interface Memory {
  rescue: ContractRescue | null;
  readonly agreement: WatcherAgreement;
  /** The round's last message, and the relay block at which it was first seen as sent. */
  sent: { readonly attempt: number; readonly at: RelayBlock } | null;
  /** Relay block at which the para was first seen alive. */
  revivedAt: RelayBlock | null;
  /** What carrying the message costs, as it was asked for with the last view. */
  fee: bigint | null;
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
    const agreement = new WatcherAgreement({ ...context, tell: context.tell(decided.paraId) });
    const fresh: Memory = { rescue: null, agreement, sent: null, revivedAt: null, fee: null };
    memories.set(key, fresh);
    return fresh;
  };

  const view = async (decided: DecidedRound, observation: ParaObservation): Promise<ChainView> => {
    const watched = context.contracts.get(decided.paraId);
    const { contract: terms } = decided.policy;
    if (!watched || !terms || missingContract(context.contracts, decided) !== null) {
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

  return {
    name: 'contract',
    view,
    assess: (decided, seen) => {
      const problem = missingContract(context.contracts, decided);
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
      if (revived) memory.revivedAt ??= now;
      const since = memory.revivedAt ?? now;
      // A living para must be watched again, whatever became of the chain with its contract.
      if (revived && now > since + TAKE_BACK_PATIENCE) return { kind: 'revived' };
      const problem = missingContract(context.contracts, decided);
      if (problem !== null) {
        return failed('RESCUE_ROUTE_IMPOSSIBLE', `The route "contract" cannot be used: ${problem}.`);
      }
      if (seen.trouble) throw seen.trouble;
      if (!isRead(seen) || !memory.rescue) throw new Error('a view without a contract and without trouble');
      if (revived) return takeBack(context, memory.rescue, seen, since);
      return advance(context, memory, memory.rescue, seen);
    },
    journalled: (decided, key) => {
      const watched = context.contracts.get(decided.paraId);
      return watched ? steps.journalled(context, watched, decided, key) : null;
    },
    // The manager is the multisig, which can do nothing without another vote.
    relock: () => null,
    advice: () => [
      'The rescue contract needs enough watchers to attest the decision; then an operator supplies the code. "pararescue contract status" tells how far it is.',
    ],
    prospects: (policy, observation) => prospects(context, policy, observation),
  };
}

function isRead(view: ChainView): view is ReadView {
  return view.contract !== null && view.approval !== null;
}

async function advance(
  context: ContractRouteContext,
  memory: Memory,
  rescue: ContractRescue,
  view: ReadView,
): Promise<Next> {
  const { decided: round } = rescue;
  const pending = view.approval.state.approval;
  if (pending && holds(pendingFact(rescue), view)) {
    const account = context.submitter.signer();
    if (account === null || !rescue.parties.operators.includes(account)) {
      return wait(
        'people',
        'the contract has approved the call: an operator must supply it with the code now ("pararescue contract approve")',
      );
    }
    return { kind: 'act', step: steps.supplyCode(context, rescue, pending, account) };
  }
  const attempt = attemptOf(memory, rescue, view);
  if (attempt === 'too-many') {
    return failed(
      'RESCUE_CALL_FAILED',
      `${MAX_ATTEMPTS} messages of the rescue contract had no effect on the relay chain. Look at the balance of its derived account and at the multisig.`,
    );
  }
  const decided = currentDecision(round, view.contract);
  if (decided && !decided.sent) return execute(context, memory, rescue, view, decided);
  return attest(context, memory, rescue, view, attempt, null);
}

/** The attempt to attest now; null while a message may still be on its way. */
function attemptOf(
  memory: Memory,
  { decided: { anchor, round } }: ContractRescue,
  { contract: { state }, observation }: ReadView,
): number | null | 'too-many' {
  const first = { anchorNumber: BigInt(anchor.head.number), round: BigInt(round), attempt: 0 };
  const next = nextAttempt(state.lastSent, first);
  if (next === 0) return 0;
  const now = observation.relay.number;
  if (memory.sent?.attempt !== next - 1) memory.sent = { attempt: next - 1, at: now };
  if (now < memory.sent.at + MESSAGE_PATIENCE) return null;
  return next < MAX_ATTEMPTS ? next : 'too-many';
}

/** `lost` has lost the support that it had. */
async function attest(
  context: ContractRouteContext,
  { agreement }: Memory,
  rescue: ContractRescue,
  view: ReadView,
  attempt: number | null,
  lost: DecisionState | null,
): Promise<Next> {
  const { watched, decided } = rescue;
  const { state } = view.contract;
  if (attempt === null) {
    return wait('time', 'the message of the rescue contract is on its way to the relay chain');
  }
  const standing = standingObstacles(rescue, view);
  if (standing) return standing;
  const self = state.watchers.find(({ address }) => address === watched.self);
  if (!self) {
    return wait('people', 'waiting for the watchers of the rescue contract to attest the decision');
  }
  const openRound = await context.openRound(decided.paraId);
  if (!openRound) throw new RescueError('RESCUE_INTERNAL', 'The decided round cannot be loaded.');
  const common = commonPart(rescue, attempt);
  const choice = await agreement.choose(watched, decided, openRound, view, common, lost);
  if (choice === null) {
    return wait('people', 'waiting for evidence of the decision that other watchers came to, to check it');
  }
  if (self.supports === choice.id) return wait('people', 'attested; waiting for other watchers');
  return { kind: 'act', step: steps.attest(rescue, choice.decision, choice.id, state) };
}

async function execute(
  context: ContractRouteContext,
  memory: Memory,
  rescue: ContractRescue,
  view: ReadView,
  decided: DecisionState,
): Promise<Next> {
  const { state } = view.contract;
  const { deposit } = view.approval.state;
  if (decided.vetoed) {
    return failed(
      'RESCUE_CONTRACT_REFUSES',
      `A guardian of the rescue contract vetoed the decision ${decided.id}.`,
    );
  }
  if (decided.decision.messageHash !== rescue.messageHash) {
    return failed(
      'RESCUE_CONTRACT_REFUSES',
      `The decision ${decided.id} commits to a message that this service would not send (${decided.decision.messageHash}, not ${rescue.messageHash}).`,
    );
  }
  const at = decided.executableAt;
  if (at === null) return attest(context, memory, rescue, view, decided.decision.attempt, decided);
  if (state.time < at) {
    const left = at - state.time;
    return wait('time', `the decision can be executed in ${left} seconds, unless a guardian vetoes it`);
  }
  const standing = standingObstacles(rescue, view);
  if (standing) return standing;
  const passing = obstacles(passingFacts(rescue, deposit, memory.fee), view);
  if (passing.length > 0) {
    return wait('people', `the rescue contract cannot act yet: ${passing.join('; ')}`);
  }
  if (rescue.watched.self === null) return wait('people', 'waiting for somebody to execute the decision');
  return { kind: 'act', step: steps.send(rescue, decided, deposit, memory.fee) };
}

/** What no waiting mends. */
function standingObstacles(rescue: ContractRescue, view: ReadView): Next | null {
  const reasons = obstacles(standingFacts(rescue), view);
  if (reasons.length === 0) return null;
  return failed('RESCUE_CHAIN_REFUSES', `The rescue contract cannot act: ${reasons.join('; ')}.`);
}

/** Whether this service has the policy's contract, and its multisig may act. Funds can still be sent. */
async function prospects(
  { contracts, relay }: Pick<ContractRouteContext, 'contracts' | 'relay'>,
  policy: Policy,
  observation: ParaObservation,
): Promise<string[]> {
  const watched = contracts.get(observation.paraId);
  const problem = missingContract(contracts, { paraId: observation.paraId, policy });
  if (problem !== null) return [problem];
  if (!watched || !policy.contract) throw new Error('a contract that is not missing');
  const parties = watched.contract.parties(policy.contract.operators as Hex[]);
  const manager = observation.registrar?.manager ?? null;
  const approval = { parties, state: await relay.approvalState(parties, NO_CALL, manager) };
  const view = { ...viewOfRelay(observation, null), approval };
  return obstacles([{ kind: 'multisig-acts-for-manager', multisig: parties.multisig }], view);
}

function wait(needs: 'time' | 'people', why: string): Next {
  return { kind: 'wait', needs, why };
}

function failed(code: RescueError['code'], sentence: string): Next {
  return { kind: 'failed', error: new RescueError(code, sentence) };
}
