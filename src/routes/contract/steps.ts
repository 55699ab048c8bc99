import {
  type ContractAct,
  type ContractDecision,
  type ContractState,
  compareKeys,
  type DecisionState,
  type PendingApproval,
} from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { scheduleObstacles } from '../registrar/plan.ts';
import { onRelay, type RouteContext, stepKey } from '../route-context.ts';
import type { Step } from '../step-executor.ts';
import { keyOf } from './plan.ts';
import type { ContractRescue } from './route-plan.ts';

/**
 * Attesting one decision instead of what the watcher supports now: a step of its own for each change of mind. It is over
 * as well when others decided meanwhile, for whatever is in force then takes the place of this decision.
 */
export function attestStep(
  rescue: ContractRescue,
  decision: ContractDecision,
  id: Hex,
  { epoch, watchers }: ContractState,
): Step {
  const { watched, input } = rescue;
  const supportOf = (among: ContractState['watchers']) =>
    among.find(({ address }) => address === watched.self)?.supports ?? null;
  const key = keyOf(decision);
  return {
    ...onContract(rescue, { kind: 'attest', decision }, epoch),
    key: stepKey(input, 'contract', 'attest', decision.attempt, supportOf(watchers) ?? 'none', id),
    title: `attest decision ${id} to the rescue contract`,
    isDone: async () => {
      const state = await watched.refresh();
      if (supportOf(state.watchers) === id) return true;
      if (state.lastSent && compareKeys(state.lastSent, key) >= 0) return true;
      if (state.decided === null || state.decided === id) return false;
      const other = await watched.contract.decision(state.decided);
      return other !== null && compareKeys(keyOf(other.decision), key) >= 0;
    },
  };
}

/** Making the contract send its message. */
export function executeStep(rescue: ContractRescue, { id, decision, epoch }: DecisionState): Step {
  const { watched, input, message } = rescue;
  return {
    ...onContract(rescue, { kind: 'execute', id, message }, epoch),
    key: stepKey(input, 'contract', 'send-approval', decision.attempt, id),
    title: `make the rescue contract send the approval of decision ${id}`,
    isDone: async () => {
      await watched.refresh();
      return (await watched.contract.decision(id))?.sent === true;
    },
  };
}

/** Telling the contract that the para moved on, which withdraws the support of a decision on the old head. */
export function reportHeadStep(rescue: ContractRescue, number: number, { epoch }: ContractState): Step {
  const { watched, input } = rescue;
  return {
    ...onContract(rescue, { kind: 'report-head', number }, epoch),
    key: stepKey(input, 'contract', 'report-head', `epoch-${epoch}`),
    title: `report head ${number} to the rescue contract`,
    isMoot: () => watched.latest()?.epoch !== epoch,
    // Any head above the anchor will do: the para goes on while the report is on its way.
    isDone: async () => {
      const { watchers } = await watched.refresh();
      const self = watchers.find(({ address }) => address === watched.self);
      return self === undefined || self.reportedHead > BigInt(input.anchor.head.number);
    },
  };
}

/** A watcher's word that the approval at `when` is to be taken back. */
export function attestCancelStep(
  rescue: ContractRescue,
  id: Hex,
  when: PendingApproval['when'],
  { epoch }: ContractState,
): Step {
  const { watched, input } = rescue;
  return {
    ...onContract(rescue, { kind: 'attest-cancel', id, when }, epoch),
    key: stepKey(input, 'contract', 'attest-cancel', `epoch-${epoch}`, when.height, when.index),
    title: `attest to the rescue contract that its approval of decision ${id} is to be taken back`,
    isMoot: () => watched.latest()?.epoch !== epoch,
    isDone: async () => {
      await watched.refresh();
      const attested = await watched.contract.cancelSupport(id, when);
      return attested.some((address) => address === watched.self) || isCancelled(rescue, id);
    },
  };
}

/** Making the contract take its approval back. */
export function cancelStep(
  rescue: ContractRescue,
  id: Hex,
  when: PendingApproval['when'],
  message: Hex,
  { epoch }: ContractState,
): Step {
  const { watched, input } = rescue;
  return {
    ...onContract(rescue, { kind: 'cancel', id, when, message }, epoch),
    key: stepKey(input, 'contract', 'cancel', `epoch-${epoch}`, when.height, when.index),
    title: `make the rescue contract take its approval of decision ${id} back`,
    isMoot: () => watched.latest()?.epoch !== epoch,
    isDone: async () => {
      await watched.refresh();
      return isCancelled(rescue, id);
    },
  };
}

async function isCancelled({ watched }: ContractRescue, id: Hex): Promise<boolean> {
  return (await watched.contract.decision(id))?.cancelled === true;
}

/** The second approval, with the whole call: the point of no return of this route. */
export function supplyCodeStep(
  { relay, submitter }: RouteContext,
  { input, parties, call, codeSize }: ContractRescue,
  { when }: PendingApproval,
  by: AccountHex,
): Step {
  const { paraId, anchor, approved } = input;
  return {
    ...onRelay(submitter),
    key: stepKey(input, 'contract', 'supply-code', when.height, when.index),
    paraId,
    title: `supply the call with code ${approved.codeHash}, which the rescue contract approved`,
    sign: () => submitter.sign({ kind: 'approve-with-call', parties, call, when, by }),
    obstacles: async (observation) =>
      scheduleObstacles(observation, await relay.limits(), approved.codeHash, codeSize),
    isMoot: (observation) => observation.head?.hash !== anchor.head.hash,
    isDone: ({ futureCodeHash, currentCodeHash }) =>
      futureCodeHash === approved.codeHash || currentCodeHash === approved.codeHash,
    undoneBy: ({ upgradeGoAhead }) =>
      upgradeGoAhead === 'Abort'
        ? 'the validators rejected the code (upgrade signal Abort)'
        : 'the call inside the approval failed (multisig.MultisigExecuted tells why)',
  };
}

/** What acts on the contract have in common. With another epoch of the contract all of them are void. */
function onContract(
  { watched, input }: ContractRescue,
  act: ContractAct,
  epoch: bigint,
): Pick<Step, 'paraId' | 'chain' | 'submitter' | 'sign' | 'obstacles' | 'isMoot' | 'covers' | 'undoneBy'> {
  const { contract, submitter } = watched;
  return {
    paraId: input.paraId,
    chain: 'contracts chain',
    submitter,
    sign: async () => {
      const account = submitter.signer();
      if (account === null) {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'No key is configured for the contracts chain.');
      }
      return submitter.sign(await contract.prepare(act, account));
    },
    obstacles: () => [],
    isMoot: (observation) =>
      observation.head?.hash !== input.anchor.head.hash || watched.latest()?.epoch !== epoch,
    covers: ({ number }) => (watched.latest()?.block.number ?? -1) >= number,
    undoneBy: () => null,
  };
}
