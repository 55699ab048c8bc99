import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import {
  type ApprovalParties,
  type ApprovalState,
  type ContractDecision,
  type ContractState,
  compareKeys,
  type DecisionKey,
} from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { RouteAssessment, RouteStep } from '../../domain/route/route.ts';
import type { AccountHex, Hex, Planck, RelayBlock } from '../../domain/units.ts';
import { revivalSteps, scheduleObstacles } from '../registrar/plan.ts';

/**
 * Relay blocks after which a message that was sent, but shows no effect on the relay chain, counts as failed there. A
 * message takes a few blocks; what holds it up longer, such as a full queue, must not lead to a second one at once.
 */
export const MESSAGE_PATIENCE: RelayBlock = 25;

export interface ContractRouteInput {
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
  readonly policyHash: Hex;
  readonly terms: ContractTerms;
  readonly codeHash: Hex;
  readonly codeSize: number;
  readonly parties: ApprovalParties;
  /** Hash of the call that the multisig approves. */
  readonly callHash: Hex;
  readonly contract: ContractState;
  readonly approval: ApprovalState;
  /** What the contracts chain takes for carrying the message; null when it does not tell. */
  readonly deliveryFee: Planck | null;
  readonly recoveryHeads: number;
}

/**
 * Plans the route through a rescue contract (chain-facts section 5): watchers attest the decision, the contract approves
 * the call by its hash over XCM, and an operator supplies the call with the code, which no message could carry.
 */
export function planContractRoute(input: ContractRouteInput): RouteAssessment {
  const { observation, limits, terms, codeHash, parties, callHash, contract, approval } = input;
  const reasons = [
    ...scheduleObstacles(observation, limits, codeHash, input.codeSize),
    ...contractObstacles(contract, observation, input.policyHash),
    ...approvalObstacles(observation, parties, approval, BigInt(terms.fee)),
    ...deliveryObstacles(contract, terms.address as Hex, input.deliveryFee),
  ];
  if (!limits.appliesAtExpectedBlock) {
    reasons.push(
      'this relay chain still applies upgrades only at the next included head, so a code scheduled by the manager never reaches a halted para',
    );
  }
  if (reasons.length > 0) return { possible: false, route: 'contract', reasons };

  const address = terms.address as Hex;
  const pending = { multisig: parties.multisig, callHash };
  const funds = { account: parties.derived, amount: (BigInt(terms.fee) + approval.deposit).toString() };
  const steps: RouteStep[] = [
    {
      id: 'attest',
      title: `${contract.threshold} of ${contract.watchers.length} watchers attest the decision to the rescue contract`,
      before: [{ kind: 'contract-opted-in', contract: address, policy: input.policyHash }],
      after: [{ kind: 'contract-decided', contract: address, codeHash }],
      call: { method: 'RescueContract.attest', signer: 'watcher' },
      expectedBlocks: null,
    },
    {
      id: 'send-approval',
      title: 'the contract sends its approval of the call, by hash, to the relay chain',
      before: [
        { kind: 'contract-decided', contract: address, codeHash },
        { kind: 'no-approval-pending', ...pending },
        { kind: 'funds-at-least', ...funds },
        ...(observation.head ? [{ kind: 'head-is', hash: observation.head.hash } as const] : []),
      ],
      after: [{ kind: 'approval-pending', ...pending }],
      call: { method: 'RescueContract.execute', signer: 'anybody' },
      expectedBlocks: null,
    },
    {
      id: 'supply-code',
      title: 'an operator supplies the approved call with the code',
      before: [
        { kind: 'approval-pending', ...pending },
        { kind: 'registrar-unlocked' },
        { kind: 'no-upgrade-pending' },
        { kind: 'upgrade-allowed' },
      ],
      after: [{ kind: 'code-scheduled-or-current', codeHash }],
      call: { method: 'multisig.asMulti', signer: parties.operator },
      expectedBlocks: null,
    },
    ...revivalSteps(codeHash, limits, observation.head?.number ?? 0, input.recoveryHeads),
  ];
  return {
    possible: true,
    plan: {
      route: 'contract',
      paraId: observation.paraId,
      codeHash,
      steps,
      costs: [
        {
          account: parties.derived,
          amount: terms.fee,
          what: 'most that the message may cost on the relay chain',
        },
        {
          account: parties.derived,
          amount: approval.deposit.toString(),
          what: 'deposit of the approval, given back with the second one',
        },
        {
          account: parties.derived,
          amount: terms.fee,
          what: 'most that taking the approval back may cost, should the para live again by itself',
        },
        ...(input.deliveryFee === null
          ? []
          : [
              {
                account: address,
                amount: input.deliveryFee.toString(),
                what: 'delivery of the message, on the contracts chain',
              },
            ]),
      ],
    },
  };
}

/** Why the contract does not stand for this policy. */
export function contractObstacles(
  contract: ContractState,
  observation: ParaObservation,
  policyHash: Hex,
): string[] {
  if (contract.para !== observation.paraId) {
    return [`the rescue contract is that of para ${contract.para}, not of ${observation.paraId}`];
  }
  if (contract.policyHash === null) return ['the para is not opted in at its rescue contract'];
  if (contract.policyHash !== policyHash) {
    return [`the rescue contract is opted in with policy ${contract.policyHash}, not with ${policyHash}`];
  }
  return [];
}

/** Why the contract's derived account could not approve for the para's manager. */
export function approvalObstacles(
  observation: ParaObservation,
  parties: ApprovalParties,
  approval: ApprovalState,
  fee: Planck,
): string[] {
  return [...actingObstacles(observation, parties, approval), ...passingObstacles(parties, approval, fee)];
}

/** What stands in the way until somebody pays, or takes an approval back: worth waiting for. */
export function passingObstacles(parties: ApprovalParties, approval: ApprovalState, fee: Planck): string[] {
  const obstacles: string[] = [];
  const pending = approval.approval;
  if (pending !== null && pending.depositor !== parties.derived) {
    obstacles.push(
      `an approval of this call by ${pending.depositor} is already pending in the multisig: it has to be cancelled by that account first, because the contract must be the first to approve`,
    );
  }
  const needed = fee + approval.deposit;
  if (pending === null && approval.derivedFree < needed) {
    obstacles.push(
      `the contract's derived account ${parties.derived} can spend ${approval.derivedFree} on the relay chain, but needs ${needed}: ${fee} for the message and ${approval.deposit} as a deposit`,
    );
  }
  return obstacles;
}

/** Why the contract could not pay for the delivery of its message; worth waiting for as well. */
export function deliveryObstacles(
  contract: Pick<ContractState, 'balance'>,
  address: Hex,
  deliveryFee: Planck | null,
): string[] {
  if (deliveryFee === null || contract.balance >= deliveryFee) return [];
  return [
    `the contract ${address} holds ${contract.balance} on its chain, but the delivery of the message costs ${deliveryFee}`,
  ];
}

/** Why the multisig may not act for the manager: it must be the manager, or a proxy of any kind without delay. */
export function actingObstacles(
  { registrar }: ParaObservation,
  { multisig }: ApprovalParties,
  { proxies }: ApprovalState,
): string[] {
  const manager = registrar?.manager;
  if (manager === undefined || manager === multisig) return [];
  const own = proxies.filter(({ delegate, kind }) => delegate === multisig && kind === 'Any');
  if (own.some(({ delay }) => delay === 0)) return [];
  const [proxy] = own;
  return [
    proxy
      ? `the multisig ${multisig} of contract and operators is a proxy of the manager ${manager}, but with a delay of ${proxy.delay} blocks`
      : `the manager of the para is ${manager}: it must be the multisig ${multisig} of contract and operators, or have it as a proxy of any kind`,
  ];
}

/** The manager for whom the multisig acts as a proxy; undefined when it is the manager itself. */
export function proxiedManager(
  observation: ParaObservation,
  parties: ApprovalParties,
): AccountHex | undefined {
  const manager = observation.registrar?.manager;
  return manager === parties.multisig ? undefined : manager;
}

/** The attempt that comes next in a round: one more than the last that was sent in it. */
export function nextAttempt(lastSent: DecisionKey | null, first: DecisionKey): number {
  if (lastSent === null || compareKeys(lastSent, first) < 0) return 0;
  const same = lastSent.anchorNumber === first.anchorNumber && lastSent.round === first.round;
  return same ? lastSent.attempt + 1 : 0;
}

/** Where a decision stands in the order of the contract. */
export function keyOf({ anchorNumber, round, attempt }: ContractDecision): DecisionKey {
  return { anchorNumber: BigInt(anchorNumber), round: BigInt(round), attempt };
}
