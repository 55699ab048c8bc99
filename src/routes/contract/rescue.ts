import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ContractState, DecisionState } from '../../domain/contract/rescue-contract.ts';
import { termsObstacles } from '../../domain/contract/terms.ts';
import { isNodeTrouble, type RescueError } from '../../domain/errors.ts';
import { type ContractTerms, policyHash } from '../../domain/policy/policy.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { RoundId } from '../../domain/round/round-id.ts';
import type { ChainView, ContractView } from '../../domain/route/view.ts';
import type { Hex, ParaId, Planck } from '../../domain/units.ts';
import { type RouteContext, requireCode } from '../route-context.ts';
import { type ContractMessages, composeMessages } from './messages.ts';
import type { ContractRouteSubject, ReadView } from './plan.ts';
import type { WatchedContract } from './watched-contract.ts';

/** A decided round with an id, by which the contract knows it. */
export type NamedRound = DecidedRound & { readonly roundId: RoundId };

/** What stays the same while one decision is carried out through a contract. */
export interface ContractRescue extends ContractMessages, ContractRouteSubject {
  readonly decided: NamedRound;
  readonly terms: ContractTerms;
  readonly watched: WatchedContract;
}

/** Why the service cannot use a contract for this para at all; null when it can. */
export function missingContract(
  contracts: ReadonlyMap<ParaId, Pick<WatchedContract, 'contract'>>,
  { paraId, policy }: Pick<DecidedRound, 'paraId' | 'policy'>,
): string | null {
  const watched = contracts.get(paraId);
  if (!watched) return `this service has no rescue contract configured for para ${paraId}`;
  const { address, genesis } = watched.contract;
  return termsObstacles(policy, { address, genesis }).join('; ') || null;
}

/** Whether the contract can take the decision at all: rounds that were decided by older versions have no id. */
export function isNamed(decided: DecidedRound): decided is NamedRound {
  return decided.roundId !== null;
}

/** Everything that follows from the decision and the para's manager alone. */
export async function openContractRescue(
  { ledger, submitter }: Pick<RouteContext, 'ledger' | 'submitter'>,
  watched: WatchedContract,
  terms: ContractTerms,
  decided: NamedRound,
  observation: ParaObservation,
): Promise<ContractRescue> {
  const code = await requireCode(ledger, decided);
  const messages = await composeMessages(submitter, watched.contract, { terms, observation, code });
  return {
    decided,
    terms,
    watched,
    policyHash: policyHash(decided.policy),
    codeHash: decided.approved.codeHash,
    codeSize: code.length,
    head: decided.anchor.head.hash,
    ...messages,
  };
}

/** One look at the contract and at what the relay chain holds of its way to act. @throws RESCUE_NODE_* */
async function viewContract(
  { relay }: Pick<RouteContext, 'relay'>,
  rescue: Pick<ContractRescue, 'watched' | 'parties' | 'callHash' | 'decided' | keyof SentMessages>,
  observation: ParaObservation,
): Promise<Pick<ReadView, 'contract' | 'approval'>> {
  const { watched, parties, callHash, decided } = rescue;
  const { contract } = watched;
  const manager = observation.registrar?.manager ?? null;
  const [state, approval, round] = await Promise.all([
    watched.refresh(),
    relay.approvalState(parties, callHash, manager),
    contract.round(decided.roundId),
  ]);
  const ids = [state.decided, state.lastSentId, ...state.watchers.map(({ supports }) => supports)];
  const decisions = new Map<Hex, DecisionState>();
  for (const id of new Set(ids)) {
    const decision = id && (await contract.decision(id));
    if (decision) decisions.set(decision.id, decision);
  }
  const sent = sentDecision(rescue, { state, decisions });
  const pending = approval.approval;
  const isUnwanted =
    observation.head?.hash !== decided.anchor.head.hash || state.policyHash !== rescue.policyHash;
  const cancelSupport =
    sent && pending && isUnwanted
      ? {
          decision: sent.id,
          when: pending.when,
          watchers: await contract.cancelSupport(sent.id, pending.when),
          alone: await maySendAlone(watched, state, sent.id),
        }
      : null;
  return {
    contract: { address: contract.address, state, decisions, round, cancelSupport },
    approval: { parties, state: approval },
  };
}

/** While the para is opted in, only its manager may; after an opt-out anyone who watched. */
export async function maySendAlone(
  { contract, self }: WatchedContract,
  { manager, policyHash }: ContractState,
  id: Hex,
): Promise<boolean> {
  if (self === null) return false;
  return self === manager || (policyHash === null && (await contract.mayCancel(id, self)));
}

/** The view of both chains; what keeps the contract from being read is part of it. @throws RESCUE_NODE_* of the relay chain */
export async function viewBoth(
  context: Pick<RouteContext, 'relay'>,
  rescue: ContractRescue | null,
  observation: ParaObservation,
  trouble: RescueError | null,
): Promise<ChainView> {
  const limits = await context.relay.limits();
  const unread = { observation, limits, contract: null, approval: null };
  if (!rescue) return { ...unread, trouble };
  try {
    const sides = await viewContract(context, rescue, observation);
    return { observation, limits, ...sides, trouble: null };
  } catch (error) {
    if (!isNodeTrouble(error)) throw error;
    return { ...unread, trouble: error };
  }
}

/** The decision of this round that has the contract's threshold, or had it last. */
export function currentDecision(
  { roundId }: Pick<NamedRound, 'roundId'>,
  { state, decisions }: Pick<ContractView, 'state' | 'decisions'>,
): DecisionState | null {
  const decided = state.decided === null ? undefined : decisions.get(state.decided);
  return decided?.decision.roundId === roundId ? decided : null;
}

/** What tells whether a decision's approval is the one that is looked at on the relay chain, whatever round it is of. */
type SentMessages = Pick<ContractMessages, 'messageHash' | 'cancelHash'> &
  Pick<ContractRouteSubject, 'policyHash'>;

/** The decision whose message, the same as this rescue's, was sent. */
export function sentDecision(
  { messageHash, cancelHash }: Pick<SentMessages, 'messageHash' | 'cancelHash'>,
  { state, decisions }: Pick<ContractView, 'state' | 'decisions'>,
): DecisionState | null {
  for (const id of [state.decided, state.lastSentId]) {
    const known = id === null ? undefined : decisions.get(id);
    if (!known?.sent) continue;
    const { decision } = known;
    if (decision.messageHash === messageHash && decision.cancelHash === cancelHash) return known;
  }
  return null;
}

/** What carrying the message costs on the contracts chain; null when it does not tell. */
export function deliveryFee({ watched, message }: ContractRescue): Promise<Planck | null> {
  return watched.contract.deliveryFee(message);
}
