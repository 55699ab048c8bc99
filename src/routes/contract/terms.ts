import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ContractState } from '../../domain/contract/rescue-contract.ts';
import type { Hex } from '../../domain/units.ts';

/** Why the contract does not stand for this policy; null when it does. */
export function optInProblem(
  { para, policyHash }: Pick<ContractState, 'para' | 'policyHash'>,
  { paraId }: Pick<ParaObservation, 'paraId'>,
  policy: Hex,
): string | null {
  if (para !== paraId) return `the rescue contract is that of para ${para}, not of ${paraId}`;
  if (policyHash === null) return 'the para is not opted in at its rescue contract';
  if (policyHash === policy) return null;
  return `the rescue contract is opted in with policy ${policyHash}, not with ${policy}`;
}
