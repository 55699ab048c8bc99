import { describe, expect, it } from 'vitest';
import type {
  ContractDecision,
  ContractState,
  DecisionState,
  RescueContract,
} from '../../src/domain/contract/rescue-contract.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import type { ChainView } from '../../src/domain/route/view.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { ContractRescue } from '../../src/routes/contract/rescue.ts';
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
const ANCHOR = { ...sampleAnchor().anchor, head: { hash: hash('03'), number: 400, stateRoot: hash('04') } };
const MINE = hash('1a');
const THEIRS = hash('0b');
const WHEN = { height: 990, index: 2 };

const decision = (change: Partial<ContractDecision> = {}): ContractDecision => ({
  para: 2000,
  anchorNumber: 400,
  anchorHead: ANCHOR.head.hash,
  round: 1,
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
  vetoed: false,
  sent: false,
  cancelled: false,
  ...change,
});

const PARTIES = { derived: hash('d0'), operators: [OPERATOR], operator: OPERATOR, multisig: hash('f0') };

/** A decision on its way through a contract that says what `chain` holds. */
function openRescue() {
  const chain = {
    state: contractState({ watchers: [{ address: SELF, reportedHead: 0n, supports: null }] }),
    decisions: new Map<Hex, DecisionState>(),
    cancelSupport: [] as readonly Hex[],
  };
  const unasked = () => Promise.reject(new Error('nobody asks for this here'));
  const contract: RescueContract = {
    address: `0x${'1a'.repeat(20)}`,
    genesis: hash('91'),
    parties: () => PARTIES,
    addressOf: () => SELF,
    state: async () => chain.state,
    decision: unasked,
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
  const decided: DecidedRound = {
    paraId: 2000,
    anchor: ANCHOR,
    round: 1,
    roundId: hash('1d'),
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
      cancelSupport: { decision: MINE, when: WHEN, watchers: chain.cancelSupport },
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

const supporting = (id: Hex | null) => [{ address: SELF, reportedHead: 400n, supports: id }];

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

  it('is over when others decided another one, which the contract would not take it beside', () => {
    const { attest, set, chain, isDone } = openRescue();
    const step = attest();
    chain.decisions.set(THEIRS, stateOf(THEIRS));
    set({ decided: THEIRS });
    expect(isDone(step)).toBe(true);
  });

  it('is not over because an earlier attempt was decided', () => {
    const { rescue, set, chain, isDone } = openRescue();
    const step = steps.attest(rescue, decision({ attempt: 1 }), MINE, chain.state);
    chain.decisions.set(THEIRS, stateOf(THEIRS, { sent: true }));
    set({ decided: THEIRS, lastSent: { anchorNumber: 400n, round: 1n, attempt: 0 }, lastSentId: THEIRS });
    expect(isDone(step)).toBe(false);
  });

  it('is not over while the same decision lacks the support that it had', () => {
    const { attest, set, chain, isDone } = openRescue();
    chain.decisions.set(MINE, stateOf(MINE, { support: 1, executableAt: null }));
    set({ decided: MINE });
    expect(isDone(attest())).toBe(false);
  });

  it('is over when its message was sent already', () => {
    const { attest, set, isDone } = openRescue();
    set({ decided: null, lastSent: { anchorNumber: 400n, round: 1n, attempt: 0 }, lastSentId: THEIRS });
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
      steps.reportHead(rescue, SELF, 405, chain.state),
      steps.attestCancel(rescue, SELF, MINE, WHEN, chain.state),
      steps.cancel(rescue, MINE, WHEN, '0x05', chain.state),
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
    expect(isMoot(steps.reportHead(rescue, SELF, 405, chain.state), revived)).toBe(false);
    expect(isMoot(steps.attestCancel(rescue, SELF, MINE, WHEN, chain.state), revived)).toBe(false);
  });

  it('are looked for only in states that have their block', () => {
    const { attest, covers } = openRescue();
    expect(covers(attest(), 70)).toBe(true);
    expect(covers(attest(), 71)).toBe(false);
  });
});

describe('taking back', () => {
  it('has reported the head with any one above the anchor, though the para goes on', () => {
    const { rescue, set, chain, isDone } = openRescue();
    const step = steps.reportHead(rescue, SELF, 405, chain.state);
    set({ watchers: supporting(MINE) });
    expect(isDone(step)).toBe(false);
    set({ watchers: [{ address: SELF, reportedHead: 401n, supports: null }] });
    expect(isDone(step)).toBe(true);
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
