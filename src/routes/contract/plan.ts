import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { Address, ApprovalParties, ContractRound } from '../../domain/contract/rescue-contract.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { ApprovalPlace, ChainFact } from '../../domain/route/facts.ts';
import type { ActStep, RouteAssessment, RouteStep, StepCall } from '../../domain/route/route.ts';
import type { ApprovalView, ChainView, ContractView } from '../../domain/route/view.ts';
import type { Hex, Planck, RelayBlock } from '../../domain/units.ts';
import { revivalSteps, scheduleFacts } from '../code-upgrade.ts';
import { holds, planObstacles } from '../facts.ts';

/**
 * Relay blocks after which a message that was sent, but shows no effect on the relay chain, counts as failed there. A
 * message takes a few blocks; what holds it up longer, such as a full queue, must not lead to a second one at once.
 */
export const MESSAGE_PATIENCE: RelayBlock = 25;

/** A view in which both sides of the contract could be read. */
export type ReadView = ChainView & {
  readonly contract: ContractView & { readonly round: ContractRound };
  readonly approval: ApprovalView;
};

/** What the steps of the route are about. */
export interface ContractRouteSubject {
  readonly policyHash: Hex;
  readonly terms: ContractTerms;
  readonly codeHash: Hex;
  /** Bytes of the blob. */
  readonly codeSize: number;
  /** Head of the anchor: a later one means that the para lives. */
  readonly head: Hex;
  readonly parties: ApprovalParties;
  /** Hash of the call that the multisig approves. */
  readonly callHash: Hex;
}

export interface ContractRouteInput extends ContractRouteSubject {
  readonly view: ReadView;
  /** What the contracts chain takes for carrying the message; null when it does not tell. */
  readonly deliveryFee: Planck | null;
  readonly recoveryHeads: number;
}

/**
 * Plans the route through a rescue contract: watchers attest the decision, the contract approves
 * the call by its hash over XCM, and an operator supplies the call with the code, which no message could carry.
 */
export function planContractRoute(input: ContractRouteInput): RouteAssessment {
  const { view, terms, codeHash, parties, deliveryFee } = input;
  const { observation, limits, contract } = view;
  const { state } = contract;
  const { deposit } = view.approval.state;
  const pending = holds(pendingFact(input), view);
  const steps: RouteStep[] = [
    attestStep(
      input,
      `${state.threshold} of ${state.watchers.length} watchers attest the decision to the rescue contract`,
      [
        { kind: 'contract-decided', contract: contract.address, codeHash },
        // An approval that is there already needs no decision any more.
        ...(pending ? [pendingFact(input)] : []),
      ],
    ),
    sendStep(input, deposit, deliveryFee, [pendingFact(input)]),
    supplyStep(input, parties.operators.length === 1 ? parties.operator : 'operator'),
    ...revivalSteps(codeHash, limits, observation.head?.number ?? 0, input.recoveryHeads),
  ];
  const reasons = planObstacles(steps, view);
  if (reasons.length > 0) return { possible: false, route: 'contract', reasons };
  const address = terms.address as Address;
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
          amount: deposit.toString(),
          what: 'deposit of the approval, given back with the second one',
        },
        {
          account: parties.derived,
          amount: terms.fee,
          what: 'most that taking the approval back may cost, should the para live again by itself',
        },
        ...(deliveryFee === null
          ? []
          : [
              {
                account: address,
                amount: deliveryFee.toString(),
                what: 'delivery of the message, on the contracts chain',
              },
            ]),
      ],
    },
  };
}

/** That the contract stands for this policy, and its multisig may act for the para's manager: no waiting mends it. */
export function standingFacts({
  terms,
  policyHash,
  parties,
}: Pick<ContractRouteSubject, 'terms' | 'policyHash' | 'parties'>): ChainFact[] {
  return [
    optedInFact({ terms, policyHash }),
    { kind: 'multisig-acts-for-manager', multisig: parties.multisig },
  ];
}

/** That the para is opted in at the contract with this policy. */
export function optedInFact({
  terms,
  policyHash,
}: Pick<ContractRouteSubject, 'terms' | 'policyHash'>): ChainFact {
  return { kind: 'contract-opted-in', contract: terms.address as Address, policy: policyHash };
}

/** What the message needs on the relay chain, or it is lost: no other approval in its way, and money. It may come while one waits. */
export function arrivingFacts(
  { terms, parties, callHash }: Pick<ContractRouteSubject, 'terms' | 'parties' | 'callHash'>,
  deposit: Planck,
): ChainFact[] {
  const { multisig, derived } = parties;
  return [
    { kind: 'no-approval-pending', multisig, callHash },
    { kind: 'funds-at-least', account: derived, amount: (BigInt(terms.fee) + deposit).toString() },
  ];
}

/** What the message needs on both chains; the contracts chain refuses one that is not paid for, and takes it later. */
export function passingFacts(
  subject: Pick<ContractRouteSubject, 'terms' | 'parties' | 'callHash'>,
  deposit: Planck,
  deliveryFee: Planck | null,
): ChainFact[] {
  return [
    ...arrivingFacts(subject, deposit),
    ...(deliveryFee === null
      ? []
      : [
          {
            kind: 'delivery-paid',
            contract: subject.terms.address as Address,
            amount: deliveryFee.toString(),
          } as const,
        ]),
  ];
}

/** The approval of the contract's derived account, by hash, on the relay chain. */
export function pendingFact({
  parties,
  callHash,
}: Pick<ContractRouteSubject, 'parties' | 'callHash'>): ChainFact {
  return { kind: 'approval-pending', multisig: parties.multisig, callHash, by: parties.derived };
}

/** A watcher's word that holders decided; `after` tells whose, and for what. */
export function attestStep(
  subject: ContractRouteSubject,
  title: string,
  after: readonly ChainFact[],
): ActStep {
  return {
    id: 'attest',
    title,
    while: [{ kind: 'head-is', hash: subject.head }],
    before: standingFacts(subject),
    after,
    call: contractCall('attest', 'watcher'),
    expectedBlocks: null,
  };
}

/** The contract's message to the relay chain. */
export function sendStep(
  subject: ContractRouteSubject,
  deposit: Planck,
  deliveryFee: Planck | null,
  after: readonly ChainFact[],
): ActStep {
  const { terms, codeHash, head } = subject;
  return {
    id: 'send-approval',
    title: 'the contract sends its approval of the call, by hash, to the relay chain',
    while: [{ kind: 'head-is', hash: head }],
    before: [
      { kind: 'contract-decided', contract: terms.address as Address, codeHash },
      ...standingFacts(subject),
      ...passingFacts(subject, deposit, deliveryFee),
    ],
    after,
    call: contractCall('execute', 'watcher'),
    expectedBlocks: null,
  };
}

/** The second approval, with the whole call: the point of no return of this route. */
export function supplyStep(subject: ContractRouteSubject, signer: StepCall['signer']): ActStep {
  const { codeHash, codeSize, head, parties } = subject;
  return {
    id: 'supply-code',
    title: 'an operator supplies the approved call with the code',
    while: [{ kind: 'head-is', hash: head }],
    before: [
      pendingFact(subject),
      // An approval outlives the opt-in that it was made under, and then nobody wants it any more.
      optedInFact(subject),
      ...scheduleFacts(codeHash, codeSize),
      { kind: 'switches-without-head' },
    ],
    after: [{ kind: 'code-scheduled-or-current', codeHash }],
    call: {
      method: parties.operators.length === 1 ? 'multisig.asMulti' : 'multisig.asMultiThreshold1',
      signer,
    },
    expectedBlocks: null,
  };
}

/** A watcher's word that the round of the decision which it supports is over, because the para's head is another. */
export function withdrawStep(watcher: Address, decision: Hex): ActStep {
  return takingBack(
    'withdraw',
    `withdraw the support of decision ${decision} at the rescue contract`,
    contractCall('withdraw', 'watcher'),
    [{ kind: 'support-withdrawn', watcher, decision }],
  );
}

/** A watcher's word that the approval at `when` is to be taken back. */
export function attestCancelStep(watcher: Address, decision: Hex, when: ApprovalPlace): ActStep {
  return takingBack(
    'attest-cancel',
    `attest to the rescue contract that its approval of decision ${decision} is to be taken back`,
    contractCall('attestCancel', 'watcher'),
    [
      {
        kind: 'any-of',
        facts: [
          { kind: 'cancel-attested', watcher, decision, when },
          { kind: 'decision-cancelled', decision },
        ],
      },
    ],
  );
}

/**
 * Making the contract take its approval back. Where that was sent before and had no effect, no fact of the contract tells
 * whether it was sent again: the block that holds the call does.
 */
export function cancelStep(decision: Hex, isRepeated: boolean): ActStep {
  return takingBack(
    'cancel',
    `make the rescue contract take its approval of decision ${decision} back`,
    contractCall('cancel', 'watcher'),
    isRepeated ? [] : [{ kind: 'decision-cancelled', decision }],
  );
}

function takingBack(
  id: RouteStep['id'],
  title: string,
  call: StepCall,
  after: readonly ChainFact[],
): ActStep {
  return { id, title, while: [], before: [], after, call, expectedBlocks: null };
}

/** A function of contracts/RescueContract.sol. */
function contractCall(name: string, signer: StepCall['signer']): StepCall {
  return { method: `RescueContract.${name}`, signer };
}

/** What the multisig approves: scheduling the code, as the manager itself or as its proxy. */
export function scheduleCall(
  { paraId, registrar }: ParaObservation,
  { multisig }: ApprovalParties,
  code: Uint8Array,
): RelayCall {
  const call: RelayCall = { kind: 'schedule-code', paraId, code };
  const manager = registrar?.manager;
  return manager === undefined || manager === multisig ? call : { kind: 'proxied', real: manager, call };
}
