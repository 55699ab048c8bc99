import type { Multisig, PendingApproval } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { ApprovalParties } from '../../domain/contract/rescue-contract.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';

type Place = PendingApproval['when'];

/** The contract's derived account and the operator: two of two. */
function pairOf({ derived, operator }: ApprovalParties): Multisig {
  return { signatories: [derived, operator], threshold: 2 };
}

/** The first approval of two, by hash, made by the contract's derived account. */
export function approveByHash(parties: ApprovalParties, callHash: Hex): RelayCall {
  return { kind: 'multisig-approve', multisig: pairOf(parties), by: parties.derived, when: null, callHash };
}

/** The derived account takes its approval back, and its deposit. */
export function takeApprovalBack(parties: ApprovalParties, callHash: Hex, when: Place): RelayCall {
  return { kind: 'multisig-cancel', multisig: pairOf(parties), by: parties.derived, when, callHash };
}

/** The second approval with the whole call, by one of the operators: the relay executes it. */
export function supplyApproved(
  parties: ApprovalParties,
  { call, when, by }: { readonly call: RelayCall; readonly when: Place; readonly by: AccountHex },
): RelayCall {
  const approval = supplyAsPair(parties, { call, when });
  return parties.operators.length === 1 ? approval : asAnyOperator(parties, by, approval);
}

/** As the second of the two: the operator, or the account of all operators. */
export function supplyAsPair(
  parties: ApprovalParties,
  { call, when }: { readonly call: RelayCall; readonly when: Place },
): RelayCall {
  return { kind: 'multisig-call', multisig: pairOf(parties), by: parties.operator, when, call };
}

/** What any of several operators makes as the account of all of them. */
export function asAnyOperator({ operators }: ApprovalParties, by: AccountHex, call: RelayCall): RelayCall {
  return { kind: 'multisig-call', multisig: { signatories: operators, threshold: 1 }, by, when: null, call };
}
