import type { PendingApproval } from '../../domain/chain/acting.ts';
import type {
  Address,
  ContractAct,
  ContractDecision,
  ContractState,
  DecisionState,
} from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ActStep } from '../../domain/route/route.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import { type RouteContext, readStepKey, stepKey } from '../route-context.ts';
import type { JournalledAct, Step } from '../step.ts';
import { supplyApproved } from './approval-calls.ts';
import * as plan from './plan.ts';
import type { ContractRescue } from './rescue.ts';
import type { WatchedContract } from './watched-contract.ts';

/** The steps of the plan as this service makes them: bound to its keys, its part of what watchers do together, its journal. */

/**
 * Attesting one decision instead of what the watcher supports now: a step of its own for each change of mind. It is over
 * as well when others decided meanwhile, for whatever is in force then takes the place of this decision.
 */
export function attest(
  rescue: ContractRescue,
  decision: ContractDecision,
  id: Hex,
  state: ContractState,
): Step {
  const self = rescue.watched.self;
  const supported = state.watchers.find(({ address }) => address === self)?.supports ?? 'none';
  const { roundId, attempt } = decision;
  const after: ChainFact = {
    kind: 'any-of',
    facts: [
      ...(self === null ? [] : [{ kind: 'watcher-supports', watcher: self, decision: id } as const]),
      { kind: 'decision-overtaken', decision: id, roundId, attempt },
    ],
  };
  const step = plan.attestStep(rescue, `attest decision ${id} to the rescue contract`, [after]);
  return onContract(rescue, step, { kind: 'attest', decision }, state.epoch, [attempt, supported, id]);
}

/** Making the contract send its message. */
export function send(
  rescue: ContractRescue,
  { id, decision, epoch }: DecisionState,
  deposit: Planck,
  deliveryFee: Planck | null,
): Step {
  const step = plan.sendStep(rescue, deposit, deliveryFee, [{ kind: 'decision-sent', decision: id }]);
  const act = { kind: 'execute', id, message: rescue.message } as const;
  return {
    ...onContract(rescue, step, act, epoch, [decision.attempt, id]),
    title: `make the rescue contract send the approval of decision ${id}`,
    // The contract keeps the decision, and its message can be sent as soon as its chain takes it.
    isPassing: ({ code, details }) =>
      code === 'RESCUE_CONTRACT_REFUSES' && details.error === 'MessageRefused',
  };
}

/** Leaving the round of a decision on the old head. */
export function withdraw(rescue: ContractRescue, self: Address, id: Hex, state: ContractState): Step {
  return takingBack(rescue, plan.withdrawStep(self, id), { kind: 'withdraw', id }, state, [id]);
}

export function attestCancel(
  rescue: ContractRescue,
  self: Address,
  id: Hex,
  when: PendingApproval['when'],
  state: ContractState,
): Step {
  const act = { kind: 'attest-cancel', id, when } as const;
  return takingBack(rescue, plan.attestCancelStep(self, id, when), act, state, [when.height, when.index]);
}

/** `repeated` counts the messages before this one that had no effect. */
export function cancel(
  rescue: ContractRescue,
  { id, when, message }: { readonly id: Hex; readonly when: PendingApproval['when']; readonly message: Hex },
  state: ContractState,
  repeated: number,
): Step {
  const act = { kind: 'cancel', id, when, message } as const;
  const rest = [when.height, when.index, ...(repeated === 0 ? [] : [repeated])];
  return takingBack(rescue, plan.cancelStep(id, repeated > 0), act, state, rest);
}

/** The second approval, with the whole call, by the operator whose key this service has. */
export function supplyCode(
  { submitter }: Pick<RouteContext, 'submitter'>,
  rescue: ContractRescue,
  { when }: PendingApproval,
  by: AccountHex,
): Step {
  const { decided, parties, call } = rescue;
  return {
    ...plan.supplyStep(rescue, by),
    key: stepKey(decided, 'contract', 'supply-code', when.height, when.index),
    resumed: decided.resumed ?? 0,
    paraId: decided.paraId,
    title: supplyTitle(rescue.codeHash),
    chain: 'relay chain',
    submitter,
    sign: () => submitter.sign(supplyApproved(parties, { call, when, by })),
    hint: 'when the call inside the approval failed, multisig.MultisigExecuted tells why',
  };
}

/**
 * What an entry that an earlier life left is about. The block that holds a call tells its end; only the code's shows
 * elsewhere, as the multisig's own call succeeds whatever becomes of the call inside.
 */
export function journalled(
  { submitter }: Pick<RouteContext, 'submitter'>,
  watched: WatchedContract,
  decided: DecidedRound,
  key: string,
): JournalledAct | null {
  const { paraId, approved } = decided;
  const read = readStepKey(decided, 'contract', key);
  if (read === null) return null;
  if (read.step === 'supply-code') {
    const { codeHash } = approved;
    const after: ChainFact[] = [{ kind: 'code-scheduled-or-current', codeHash }];
    return { key, paraId, title: supplyTitle(codeHash), chain: 'relay chain', after, submitter };
  }
  const title = `${read.step} of ${[...read.rest].pop()}, before the service was started again`;
  return { key, paraId, title, chain: 'contracts chain', after: [], submitter: watched.submitter };
}

function supplyTitle(codeHash: Hex): string {
  return `supply the call with code ${codeHash}, which the rescue contract approved`;
}

/** Nothing depends on it being this watcher that takes an approval back. */
function takingBack(
  rescue: ContractRescue,
  step: ActStep,
  act: ContractAct,
  { epoch }: ContractState,
  rest: readonly (string | number)[],
): Step {
  return { ...onContract(rescue, step, act, epoch, [`epoch-${epoch}`, ...rest]), isOptional: true };
}

/** What acts on the contract have in common. With another epoch of the contract all of them are void. */
function onContract(
  { watched, decided }: ContractRescue,
  step: ActStep,
  act: ContractAct,
  epoch: bigint,
  rest: readonly (string | number)[],
): Step {
  const { contract, submitter } = watched;
  const inEpoch: ChainFact = {
    kind: 'contract-epoch-is',
    contract: contract.address,
    epoch: epoch.toString(),
  };
  return {
    ...step,
    while: [...step.while, inEpoch],
    key: stepKey(decided, 'contract', step.id, ...rest),
    resumed: decided.resumed ?? 0,
    paraId: decided.paraId,
    chain: 'contracts chain',
    submitter,
    act,
    sign: async () => {
      const account = submitter.signer();
      if (account === null) {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'No key is configured for the contracts chain.');
      }
      return submitter.sign(await contract.prepare(act, account));
    },
  };
}
