import { describe, expect, it } from 'vitest';
import type { ParaObservation, RelayLimits } from '../../src/domain/chain/observation.ts';
import type {
  ApprovalParties,
  ApprovalState,
  ContractState,
} from '../../src/domain/contract/rescue-contract.ts';
import type { Hex } from '../../src/domain/units.ts';
import { actingObstacles } from '../../src/routes/contract/acting.ts';
import {
  type ContractRouteInput,
  passingFacts,
  planContractRoute,
  scheduleCall,
  standingFacts,
} from '../../src/routes/contract/plan.ts';
import { obstacles } from '../../src/routes/facts.ts';
import { contractState, hash, healthyPara, LIMITS, MANAGER, OPTED_IN } from '../domain/observations.ts';

const POLICY = OPTED_IN;
const CODE = hash('cc');
const CALL = hash('ca');
const ADDRESS: Hex = `0x${'1a'.repeat(20)}`;
const FEE = 100n;
const DEPOSIT = 30n;
const PARTIES: ApprovalParties = {
  derived: hash('d0'),
  operators: [hash('e1')],
  operator: hash('e1'),
  multisig: hash('f0'),
};
const ANY_PROXY = { delegate: PARTIES.multisig, kind: 'Any', delay: 0 };
const APPROVED = {
  when: { height: 990, index: 2 },
  depositor: PARTIES.derived,
  approvals: [PARTIES.derived],
};

function approvalState(change: Partial<ApprovalState> = {}): ApprovalState {
  return {
    relay: 1000,
    approval: null,
    derivedFree: FEE + DEPOSIT,
    deposit: DEPOSIT,
    existentialDeposit: 1n,
    proxies: [ANY_PROXY],
    ...change,
  };
}

/** What a test may change of the plan's input, and of what both chains show. */
interface Change extends Partial<Omit<ContractRouteInput, 'view'>> {
  readonly observation?: ParaObservation;
  readonly limits?: RelayLimits;
  readonly contract?: ContractState;
  readonly approval?: ApprovalState;
}

function routeInput({ observation, limits, contract, approval, ...change }: Change = {}): ContractRouteInput {
  return {
    view: {
      observation: observation ?? healthyPara(),
      limits: limits ?? LIMITS,
      contract: {
        address: ADDRESS,
        state: contract ?? contractState(),
        decisions: new Map(),
        round: { roundId: hash('1b'), attempt: 0, sentInEpoch: 0, over: false },
        cancelSupport: null,
      },
      approval: { parties: PARTIES, state: approval ?? approvalState() },
      trouble: null,
    },
    policyHash: POLICY,
    terms: {
      genesis: hash('91'),
      chain: 1000,
      address: ADDRESS,
      operators: [...PARTIES.operators],
      fee: FEE.toString(),
    },
    codeHash: CODE,
    codeSize: 1_000_000,
    head: hash('03'),
    parties: PARTIES,
    callHash: CALL,
    deliveryFee: 7n,
    recoveryHeads: 3,
    ...change,
  };
}

const reasons = (change: Change): readonly string[] => {
  const assessment = planContractRoute(routeInput(change));
  return assessment.possible ? [] : assessment.reasons;
};

describe('route through a rescue contract', () => {
  const plan = (change: Change = {}) => {
    const assessment = planContractRoute(routeInput(change));
    if (!assessment.possible) throw new Error(assessment.reasons.join('; '));
    return assessment.plan;
  };

  it('attests, sends the approval, supplies the code, waits for the switch and sees heads', () => {
    expect(plan().steps.map(({ id, call }) => [id, call?.method ?? null, call?.signer ?? null])).toEqual([
      ['attest', 'RescueContract.attest', 'watcher'],
      ['send-approval', 'RescueContract.execute', 'watcher'],
      ['supply-code', 'multisig.asMulti', PARTIES.operator],
      ['await-enactment', null, null],
      ['first-heads', null, null],
    ]);
  });

  it('names for each step what an earlier one brought about, and money where money is needed', () => {
    const [attest, send, supply, enact] = plan().steps;
    expect(attest?.before).toContainEqual({ kind: 'contract-opted-in', contract: ADDRESS, policy: POLICY });
    expect(send?.before).toEqual(expect.arrayContaining([...(attest?.after ?? [])]));
    for (const step of [attest, send, supply])
      expect(step?.while).toEqual([{ kind: 'head-is', hash: hash('03') }]);
    expect(send?.before).toContainEqual({
      kind: 'funds-at-least',
      account: PARTIES.derived,
      amount: (FEE + DEPOSIT).toString(),
    });
    expect(supply?.before).toEqual(expect.arrayContaining([...(send?.after ?? [])]));
    // An approval outlives the opt-in under which it was made.
    expect(supply?.before).toContainEqual({ kind: 'contract-opted-in', contract: ADDRESS, policy: POLICY });
    expect(enact?.before).toEqual(supply?.after);
  });

  it('tells beforehand who must hold how much, also for taking the approval back', () => {
    expect(plan().costs.map(({ account, amount }) => [account, amount])).toEqual([
      [PARTIES.derived, '100'],
      [PARTIES.derived, '30'],
      [PARTIES.derived, '100'],
      [ADDRESS, '7'],
    ]);
    expect(plan({ deliveryFee: null }).costs.some(({ account }) => account === ADDRESS)).toBe(false);
  });

  it.each<[string, Change, string]>([
    ['the contract is of another para', { contract: contractState({ para: 2001 }) }, 'para 2001'],
    ['the para opted out', { contract: contractState({ policyHash: null }) }, 'not opted in'],
    ['it opted in with another policy', { contract: contractState({ policyHash: hash('51') }) }, hash('51')],
    [
      'the contract cannot pay for the delivery',
      { contract: contractState({ balance: 6n }) },
      'delivery of the message costs 7',
    ],
    [
      'the derived account lacks one planck',
      { approval: approvalState({ derivedFree: FEE + DEPOSIT - 1n }) },
      'needs 130',
    ],
    [
      'nobody made the multisig a proxy',
      { approval: approvalState({ proxies: [] }) },
      'must be the multisig',
    ],
    [
      'the para is locked',
      { observation: healthyPara({ registrar: { manager: MANAGER, deposit: 0n, locked: true } }) },
      'locked',
    ],
    [
      'the relay applies upgrades at heads only',
      { limits: { ...LIMITS, appliesAtExpectedBlock: false } },
      'next included head',
    ],
  ])('is refused when %s', (_name, change, words) => {
    expect(reasons(change)).toEqual([expect.stringContaining(words)]);
  });

  it('is possible when exactly what is needed is there, and when the chain does not tell the delivery fee', () => {
    expect(reasons({ contract: contractState({ balance: 7n }) })).toEqual([]);
    expect(reasons({ contract: contractState({ balance: 0n }), deliveryFee: null })).toEqual([]);
  });

  it('tells all reasons at once', () => {
    const all = reasons({
      contract: contractState({ policyHash: null, balance: 0n }),
      approval: approvalState({ derivedFree: 0n, proxies: [] }),
      observation: healthyPara({ futureCodeHash: hash('f1') }),
    });
    expect(all).toHaveLength(5);
  });
});

describe('obstacles of the contract', () => {
  const all = (change: Partial<ApprovalState>, observation: ParaObservation = healthyPara()) =>
    actingObstacles(
      observation,
      contractState(),
      { parties: PARTIES, state: approvalState(change) },
      { terms: routeInput().terms, policyHash: POLICY },
    );

  it('are none while it stands for the policy, and has what it needs', () => {
    expect(all({})).toEqual([]);
  });

  it('are none for the manager itself being the multisig, whatever its proxies', () => {
    const registrar = { manager: PARTIES.multisig, deposit: 0n, locked: false };
    expect(all({ proxies: [] }, healthyPara({ registrar }))).toEqual([]);
    const code = Uint8Array.of(1);
    expect(scheduleCall(healthyPara({ registrar }), PARTIES, code).kind).toBe('schedule-code');
    expect(scheduleCall(healthyPara(), PARTIES, code)).toMatchObject({ kind: 'proxied', real: MANAGER });
  });

  it.each([
    ['of another kind', [{ ...ANY_PROXY, kind: 'NonTransfer' }]],
    ['of another account', [{ ...ANY_PROXY, delegate: hash('f9') }]],
  ])('name a proxy %s', (_name, proxies) => {
    expect(all({ proxies })).toEqual([expect.stringContaining('must be the multisig')]);
  });

  it('name a proxy with a delay, unless there is one without beside it', () => {
    const late = { ...ANY_PROXY, delay: 600 };
    expect(all({ proxies: [late] })).toEqual([expect.stringContaining('delay of 600')]);
    expect(all({ proxies: [late, ANY_PROXY] })).toEqual([]);
  });

  it('name an approval that an operator made first, and none that the contract made', () => {
    const operators = { ...APPROVED, depositor: PARTIES.operator, approvals: [PARTIES.operator] };
    expect(all({ approval: operators })).toEqual([expect.stringContaining(`by ${PARTIES.operator}`)]);
    expect(all({ approval: APPROVED, derivedFree: 0n })).toEqual([]);
  });

  it('of its message are worth waiting for, those of its standing are not', () => {
    const input = routeInput({ approval: approvalState({ derivedFree: 0n, proxies: [] }) });
    expect(obstacles(passingFacts(input, DEPOSIT, 7n), input.view)).toEqual([
      expect.stringContaining('needs 130'),
    ]);
    expect(obstacles(standingFacts(input), input.view)).toEqual([
      expect.stringContaining('must be the multisig'),
    ]);
  });

  it('do not hold the plan up for what the contract has done already', () => {
    const approval = approvalState({ approval: APPROVED, derivedFree: 0n });
    expect(reasons({ approval, contract: contractState({ balance: 0n }) })).toEqual([]);
  });
});
