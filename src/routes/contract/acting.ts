import type { ParaObservation } from '../../domain/chain/observation.ts';
import { type Address, type ContractState, NO_CALL } from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { ApprovalView, ChainView } from '../../domain/route/view.ts';
import type { Hex } from '../../domain/units.ts';
import { holds, obstacles } from '../facts.ts';
import { passingFacts, pendingFact, standingFacts } from './plan.ts';

/**
 * Why the contract could not act for the para now, for a decision that is still to come: opt-in, multisig, and, until its
 * approval is there, money and other approvals in the way.
 */
export function actingObstacles(
  observation: ParaObservation,
  state: ContractState,
  approval: ApprovalView,
  { terms, policyHash }: { readonly terms: ContractTerms; readonly policyHash: Hex },
): string[] {
  const { parties } = approval;
  const address = terms.address as Address;
  const contract = { address, state, decisions: new Map(), round: null, cancelSupport: null };
  const view: ChainView = { observation, limits: null, contract, approval, trouble: null };
  // The view was made for one call, so no fact needs to name it.
  const subject = { terms, policyHash, parties, callHash: NO_CALL };
  const facts = standingFacts(subject);
  if (!holds(pendingFact(subject), view)) facts.push(...passingFacts(subject, approval.state.deposit, null));
  return obstacles(facts, view);
}
