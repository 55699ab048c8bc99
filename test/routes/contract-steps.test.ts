import { describe, expect, it } from 'vitest';
import type {
  ContractDecision,
  ContractRound,
  ContractState,
  DecisionState,
  RescueContract,
} from '../../src/domain/contract/rescue-contract.ts';
import type { ChainView } from '../../src/domain/route/view.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { ContractRescue, NamedRound } from '../../src/routes/contract/rescue.ts';
import * as steps from '../../src/routes/contract/steps.ts';
import { watchContract } from '../../src/routes/contract/watched-contract.ts';
import { factsOf } from '../../src/routes/executor.ts';
import { holds, obstacles } from '../../src/routes/facts.ts';
import type { Step } from '../../src/routes/step.ts';
import { contractState, hash, healthyPara, LIMITS, policyFor } from '../domain/observations.ts';
import { sampleAnchor } from '../store/samples.ts';

const SELF: Hex = `0x${'31'.repeat(20)}`;
const OPERATOR = hash('e1');
const HERE = healthyPara();
const ANCHOR = {
  ...sampleAnchor().anchor,
  codeHash: hash('05'),
  head: { hash: hash('03'), number: 400, stateRoot: hash('04') },
};
const MINE = hash('1a');
const THEIRS = hash('0b');
const ROUND_ID = hash('1b');
const WHEN = { height: 990, index: 2 };
const CANCEL = { id: MINE, when: WHEN, message: '0x05' } as const;

const decision = (change: Partial<ContractDecision> = {}): ContractDecision => ({
  para: 2000,
  anchorNumber: 400,
  anchorHead: ANCHOR.head.hash,
  roundId: ROUND_ID,
  attempt: 0,
  policyHash: hash('50'),
  codeHash: hash('cc'),
  ayes: 1n,
  nays: 0n,
  abstains: 0n,
  electorate: 2n,
  evidenceHash: hash('ed'),
  messageHash: hash('3e'),
  cancelOffset: 90,
  cancelHash: hash('ce'),
  ...change,
});
const stateOf = (id: Hex, change: Partial<DecisionState> = {}): DecisionState => ({
  id,
  decision: decision(),
  epoch: 1n,
  support: 2,
  executableAt: 0n,
  vetoes: 0,
  forbidden: false,
  sent: false,
  cancelled: false,
  ...change,
});

const PARTIES = { derived: hash('d0'), operators: [OPERATOR], operator: OPERATOR, multisig: hash('f0') };

/** A decision on its way through a contract that says what `chain` holds. */
function openRescue() {
  const chain = {
    state: contractState({ watchers: [{ address: SELF, supports: null }] }),
    decisions: new Map<Hex, DecisionState>(),
    round: { roundId: ROUND_ID, attempt: 0, sentInEpoch: 0, over: false } as ContractRound,
    cancelSupport: [] as readonly Hex[],
  };
  const unasked = () => Promise.reject(new Error('nobody asks for this here'));
  const contract: RescueContract = {
    address: `0x${'1a'.repeat(20)}`,
    genesis: hash('91'),
    parties: () => PARTIES,
    addressOf: () => SELF,
    accountOf: unasked,
    state: async () => chain.state,
    decision: unasked,
    round: unasked,
    hasLeft: unasked,
    mayCancel: unasked,
    idOf: unasked,
    prepare: unasked,
    wrap: () => ({ message: '0x05', hash: hash('3e') }),
    commitCancel: () => ({ hash: hash('ce'), offset: 90 }),
    cancelSupport: unasked,
    deliveryFee: unasked,
  };
  const watched = watchContract({
    contract,
    submitter: {
      signer: () => hash('31'),
      prepare: unasked,
      sign: unasked,
      broadcast: unasked,
      outcome: unasked,
    },
  });
  const decided: NamedRound = {
    paraId: 2000,
    anchor: ANCHOR,
    round: 1,
    roundId: ROUND_ID,
    approved: { proposal: hash('99'), codeHash: hash('cc') },
    policy: policyFor(),
  };
  const rescue: ContractRescue = {
    decided,
    watched,
    terms: { genesis: hash('91'), chain: 1000, address: contract.address, operators: [OPERATOR], fee: '1' },
    policyHash: hash('50'),
    codeHash: hash('cc'),
    codeSize: 3,
    head: ANCHOR.head.hash,
    parties: PARTIES,
    call: { kind: 'schedule-code', paraId: 2000, code: Uint8Array.of(1) },
    callHash: hash('ca'),
    message: '0x05',
    messageHash: hash('3e'),
    cancelHash: hash('ce'),
    cancelOffset: 90,
  };
  const set = (change: Partial<ContractState>) => {
    chain.state = { ...chain.state, ...change };
  };
  const view = (observation = HERE): ChainView => ({
    observation,
    limits: LIMITS,
    contract: {
      address: contract.address,
      state: chain.state,
      decisions: chain.decisions,
      round: chain.round,
      cancelSupport: { decision: MINE, when: WHEN, watchers: chain.cancelSupport, alone: false },
    },
    approval: null,
    trouble: null,
  });
  return {
    chain,
    rescue,
    set,
    attest: () => steps.attest(rescue, decision(), MINE, chain.state),
    isDone: (step: Step) => step.after.every((fact) => holds(fact, view())),
    isMoot: (step: Step, observation = HERE) => obstacles(step.while, view(observation)).length > 0,
    covers: (step: Step, number: number) => factsOf(view()).covers(step.chain, { number }),
  };
}

const supporting = (id: Hex | null) => [{ address: SELF, supports: id }];

describe('attesting a decision', () => {
  it('is done when the contract counts the support', () => {
    const { attest, set, isDone } = openRescue();
    const step = attest();
    expect(isDone(step)).toBe(false);
    set({ watchers: supporting(THEIRS) });
    expect(isDone(step)).toBe(false);
    set({ watchers: supporting(MINE) });
    expect(isDone(step)).toBe(true);
  });

  it('is over while another one of the round has the threshold, and not any more when it loses it', () => {
    const { attest, set, chain, isDone } = openRescue();
    const step = attest();
    chain.decisions.set(THEIRS, stateOf(THEIRS));
    set({ decided: THEIRS });
    expect(isDone(step)).toBe(true);
    chain.decisions.set(THEIRS, stateOf(THEIRS, { support: 1, executableAt: null }));
    expect(isDone(step)).toBe(false);
  });

  it('is not over because an earlier attempt was decided', () => {
    const { rescue, set, chain, isDone } = openRescue();
    const step = steps.attest(rescue, decision({ attempt: 1 }), MINE, chain.state);
    chain.decisions.set(THEIRS, stateOf(THEIRS, { sent: true, executableAt: null }));
    chain.round = { ...chain.round, attempt: 1, sentInEpoch: 1 };
    set({ decided: THEIRS, lastSentId: THEIRS });
    expect(isDone(step)).toBe(false);
  });

  it('is not over while the same decision lacks the support that it had', () => {
    const { attest, set, chain, isDone } = openRescue();
    chain.decisions.set(MINE, stateOf(MINE, { support: 1, executableAt: null }));
    set({ decided: MINE });
    expect(isDone(attest())).toBe(false);
  });

  it('is over when its message was sent already, and when the contract has ended the round', () => {
    const { attest, chain, isDone } = openRescue();
    chain.round = { ...chain.round, attempt: 1 };
    expect(isDone(attest())).toBe(true);
    chain.round = { ...chain.round, attempt: 0, over: true };
    expect(isDone(attest())).toBe(true);
  });

  it('has another extrinsic for each change of mind, and the same one after a restart', () => {
    const { attest, set } = openRescue();
    const first = attest().key;
    expect(attest().key).toBe(first);
    set({ watchers: supporting(THEIRS) });
    expect(attest().key).not.toBe(first);
  });
});

describe('acts on the contract', () => {
  it('are void with the epoch for which they were made', () => {
    const { rescue, set, chain, attest, isMoot } = openRescue();
    const made = [
      attest(),
      steps.send(rescue, stateOf(MINE), 30n, 7n),
      steps.withdraw(rescue, SELF, MINE, chain.state),
      steps.attestCancel(rescue, SELF, MINE, WHEN, chain.state),
      steps.cancel(rescue, CANCEL, chain.state, 0),
    ];
    for (const step of made) expect(isMoot(step)).toBe(false);
    set({ epoch: 2n });
    for (const step of made) expect(isMoot(step)).toBe(true);
  });

  it('that carry a decision out are void when the para lives, those that take it back are not', () => {
    const { rescue, attest, chain, isMoot } = openRescue();
    const revived = healthyPara({ head: { hash: hash('0a'), number: 405, stateRoot: hash('0b') } });
    expect(isMoot(attest(), revived)).toBe(true);
    expect(isMoot(steps.send(rescue, stateOf(MINE), 30n, 7n), revived)).toBe(true);
    expect(isMoot(steps.withdraw(rescue, SELF, MINE, chain.state), revived)).toBe(false);
    expect(isMoot(steps.attestCancel(rescue, SELF, MINE, WHEN, chain.state), revived)).toBe(false);
  });

  it('are looked for only in states that have their block', () => {
    const { attest, covers } = openRescue();
    expect(covers(attest(), 70)).toBe(true);
    expect(covers(attest(), 71)).toBe(false);
  });
});

describe('taking back', () => {
  it('has withdrawn the support when the contract does not count it any more', () => {
    const { rescue, set, chain, isDone } = openRescue();
    const step = steps.withdraw(rescue, SELF, MINE, chain.state);
    set({ watchers: supporting(MINE) });
    expect(isDone(step)).toBe(false);
    set({ watchers: supporting(null) });
    expect(isDone(step)).toBe(true);
  });

  it('sends the cancelling message again as another extrinsic, whose block tells that it is done', () => {
    const { rescue, chain } = openRescue();
    const [first, second, third] = [0, 1, 2].map((repeated) =>
      steps.cancel(rescue, CANCEL, chain.state, repeated),
    );
    expect(new Set([first?.key, second?.key, third?.key]).size).toBe(3);
    expect([first?.after.length, second?.after.length]).toEqual([1, 0]);
  });

  it('is attested when this watcher did, or when it happened without it', () => {
    const { rescue, chain, isDone } = openRescue();
    const step = steps.attestCancel(rescue, SELF, MINE, WHEN, chain.state);
    chain.decisions.set(MINE, stateOf(MINE, { sent: true, executableAt: null }));
    chain.cancelSupport = [`0x${'32'.repeat(20)}`];
    expect(isDone(step)).toBe(false);
    chain.cancelSupport = [SELF];
    expect(isDone(step)).toBe(true);
    chain.cancelSupport = [];
    chain.decisions.set(MINE, stateOf(MINE, { sent: true, executableAt: null, cancelled: true }));
    expect(isDone(step)).toBe(true);
  });
});
