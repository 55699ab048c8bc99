import type { ParaObservation } from '../../domain/chain/observation.ts';
import { type Address, type ContractState, NO_CALL } from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ApprovalView, ChainView } from '../../domain/route/view.ts';
import type { Hex } from '../../domain/units.ts';
import { holds, obstacles } from '../facts.ts';

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
  const contract = { address, state, decisions: new Map(), cancelSupport: null };
  const view: ChainView = { observation, limits: null, contract, approval, trouble: null };
  // The view was made for one call, so no fact needs to name it.
  const call = { multisig: parties.multisig, callHash: NO_CALL };
  const isThere: ChainFact = { kind: 'approval-pending', ...call, by: parties.derived };
  const amount = (BigInt(terms.fee) + approval.state.deposit).toString();
  const facts: ChainFact[] = [
    { kind: 'contract-opted-in', contract: address, policy: policyHash },
    { kind: 'multisig-acts-for-manager', multisig: parties.multisig },
  ];
  if (!holds(isThere, view)) {
    facts.push({ kind: 'no-approval-pending', ...call });
    facts.push({ kind: 'funds-at-least', account: parties.derived, amount });
  }
  return obstacles(facts, view);
}
