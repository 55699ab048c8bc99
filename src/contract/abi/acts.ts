import { compareBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { ContractAct, ContractDecision } from '../../domain/contract/rescue-contract.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { addressOf } from '../accounts.ts';
import { timepointBytes } from '../xcm.ts';

/** A function of the contract and its arguments. */
export interface FunctionCall {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** @param weiPerPlanck `NativeToEthRatio` of the chain: contracts count value with 18 decimals */
export function functionCall(act: ContractAct, weiPerPlanck: bigint): FunctionCall {
  switch (act.kind) {
    case 'opt-in':
      return {
        name: 'optIn',
        values: [
          act.policyHash,
          ascending(act.watchers),
          act.threshold,
          ascending(act.guardians),
          act.vetoSeconds,
        ],
      };
    case 'rotate':
      return { name: 'rotate', values: [ascending(act.watchers), act.threshold, ascending(act.guardians)] };
    case 'opt-out':
      return { name: 'optOut', values: [] };
    case 'attest':
      return { name: 'attest', values: [decisionValues(act.decision)] };
    case 'withdraw':
      return { name: 'withdraw', values: [act.id] };
    case 'veto':
      return { name: 'veto', values: [act.id] };
    case 'execute':
      return { name: 'execute', values: [act.id, act.message] };
    case 'attest-cancel':
      return { name: 'attestCancel', values: [act.id, toHex(timepointBytes(act.when))] };
    case 'cancel':
      return { name: 'cancel', values: [act.id, toHex(timepointBytes(act.when)), act.message] };
    case 'direct':
      return { name: 'direct', values: [addressOf(act.target), act.value * weiPerPlanck, act.data] };
  }
}

/** Fields by the names of the contract's struct, which are the same. */
export function decisionValues(decision: ContractDecision): Readonly<Record<string, unknown>> {
  return { ...decision };
}

/** The order in which the contract wants accounts; it refuses double ones itself. */
function ascending(accounts: readonly AccountHex[]): Hex[] {
  return accounts
    .map((account) => fromHex(addressOf(account)))
    .sort(compareBytes)
    .map(toHex);
}
