import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../machines/context.ts';
import type {
  ContractDecision,
  ContractState,
  DecisionState,
  RescueContract,
} from '../../src/domain/contract/rescue-contract.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { ContractRescue } from '../../src/routes/contract/route-plan.ts';
import {
  attestCancelStep,
  attestStep,
  executeStep,
  reportHeadStep,
} from '../../src/routes/contract/steps.ts';
import { watchContract } from '../../src/routes/contract/watched-contract.ts';
import { contractState, hash, healthyPara, policyFor } from '../domain/observations.ts';
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

/** An rescue on a contract that says what `chain` holds. */
function openContractRescue() {
  const chain = {
    state: contractState({ watchers: [{ address: SELF, reportedHead: 0n, supports: null }] }),
    decisions: new Map<Hex, DecisionState>(),
    cancelSupport: [] as readonly Hex[],
  };
  const unasked = () => Promise.reject(new Error('nobody asks for this here'));
  const parties = { derived: hash('d0'), operators: [OPERATOR], operator: OPERATOR, multisig: hash('f0') };
  const contract: RescueContract = {
    address: `0x${'1a'.repeat(20)}`,
    genesis: hash('91'),
    parties: () => parties,
    addressOf: () => SELF,
    state: async () => chain.state,
    decision: async (id) => chain.decisions.get(id) ?? null,
    idOf: unasked,
    prepare: unasked,
    wrap: () => ({ message: '0x05', hash: hash('3e') }),
    commitCancel: () => ({ hash: hash('ce'), offset: 90 }),
    cancelSupport: async () => chain.cancelSupport,
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
  const input: StepInput = {
    paraId: 2000,
    anchor: ANCHOR,
    round: 1,
    approved: { proposal: hash('99'), codeHash: hash('cc') },
    policy: policyFor(),
    plan: null,
  };
  const rescue: ContractRescue = {
    input,
    watched,
    terms: { genesis: hash('91'), chain: 1000, address: contract.address, operators: [OPERATOR], fee: '1' },
    codeSize: 3,
    parties,
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
  return { chain, rescue, set, attest: () => attestStep(rescue, decision(), MINE, chain.state) };
}

const supporting = (id: Hex | null) => [{ address: SELF, reportedHead: 400n, supports: id }];

describe('attesting a decision', () => {
  it('is done when the contract counts the support', async () => {
    const { attest, set } = openContractRescue();
    const step = attest();
    expect(await step.isDone(HERE)).toBe(false);
    set({ watchers: supporting(THEIRS) });
    expect(await step.isDone(HERE)).toBe(false);
    set({ watchers: supporting(MINE) });
    expect(await step.isDone(HERE)).toBe(true);
  });

  it('is over when others decided another one, which the contract would not take it beside', async () => {
    const { attest, set, chain } = openContractRescue();
    const step = attest();
    chain.decisions.set(THEIRS, stateOf(THEIRS));
    set({ decided: THEIRS });
    expect(await step.isDone(HERE)).toBe(true);
  });

  it('is not over because an earlier attempt was decided', async () => {
    const { rescue, set, chain } = openContractRescue();
    const step = attestStep(rescue, decision({ attempt: 1 }), MINE, chain.state);
    chain.decisions.set(THEIRS, stateOf(THEIRS, { sent: true }));
    set({ decided: THEIRS, lastSent: { anchorNumber: 400n, round: 1n, attempt: 0 }, lastSentId: THEIRS });
    expect(await step.isDone(HERE)).toBe(false);
  });

  it('is not over while the same decision lacks the support that it had', async () => {
    const { attest, set, chain } = openContractRescue();
    chain.decisions.set(MINE, stateOf(MINE, { support: 1, executableAt: null }));
    set({ decided: MINE });
    expect(await attest().isDone(HERE)).toBe(false);
  });

  it('is over when its message was sent already', async () => {
    const { attest, set } = openContractRescue();
    set({ decided: null, lastSent: { anchorNumber: 400n, round: 1n, attempt: 0 }, lastSentId: THEIRS });
    expect(await attest().isDone(HERE)).toBe(true);
  });

  it('has another extrinsic for each change of mind, and the same one after a restart', () => {
    const { attest, set } = openContractRescue();
    const first = attest().key;
    expect(attest().key).toBe(first);
    set({ watchers: supporting(THEIRS) });
    expect(attest().key).not.toBe(first);
  });
});

describe('acts on the contract', () => {
  it('are void with the epoch for which they were made', async () => {
    const { rescue, set, chain } = openContractRescue();
    const steps = [
      attestStep(rescue, decision(), MINE, chain.state),
      executeStep(rescue, stateOf(MINE)),
      reportHeadStep(rescue, 405, chain.state),
      attestCancelStep(rescue, MINE, WHEN, chain.state),
    ];
    for (const step of steps) {
      await step.isDone(HERE);
      expect(step.isMoot(HERE)).toBe(false);
    }
    set({ epoch: 2n });
    for (const step of steps) {
      await step.isDone(HERE);
      expect(step.isMoot(HERE)).toBe(true);
    }
  });

  it('that carry a decision out are void when the para lives, those that take it back are not', async () => {
    const { rescue, attest, chain } = openContractRescue();
    const revived = healthyPara({ head: { hash: hash('0a'), number: 405, stateRoot: hash('0b') } });
    await rescue.watched.refresh();
    expect(attest().isMoot(revived)).toBe(true);
    expect(executeStep(rescue, stateOf(MINE)).isMoot(revived)).toBe(true);
    expect(reportHeadStep(rescue, 405, chain.state).isMoot(revived)).toBe(false);
    expect(attestCancelStep(rescue, MINE, WHEN, chain.state).isMoot(revived)).toBe(false);
  });

  it('are looked for only in states that have their block', async () => {
    const { rescue, attest } = openContractRescue();
    await rescue.watched.refresh();
    const at = (number: number) => ({ number, hash: hash('b0'), stateRoot: hash('b1') });
    expect(attest().covers(at(70), HERE)).toBe(true);
    expect(attest().covers(at(71), HERE)).toBe(false);
  });
});

describe('taking back', () => {
  it('has reported the head with any one above the anchor, though the para goes on', async () => {
    const { rescue, set, chain } = openContractRescue();
    const step = reportHeadStep(rescue, 405, chain.state);
    set({ watchers: supporting(MINE) });
    expect(await step.isDone(HERE)).toBe(false);
    set({ watchers: [{ address: SELF, reportedHead: 401n, supports: null }] });
    expect(await step.isDone(HERE)).toBe(true);
  });

  it('is attested when this watcher did, or when it happened without it', async () => {
    const { rescue, chain } = openContractRescue();
    const step = attestCancelStep(rescue, MINE, WHEN, chain.state);
    chain.decisions.set(MINE, stateOf(MINE, { sent: true, executableAt: null }));
    chain.cancelSupport = [`0x${'32'.repeat(20)}`];
    expect(await step.isDone(HERE)).toBe(false);
    chain.cancelSupport = [SELF];
    expect(await step.isDone(HERE)).toBe(true);
    chain.cancelSupport = [];
    chain.decisions.set(MINE, stateOf(MINE, { sent: true, executableAt: null, cancelled: true }));
    expect(await step.isDone(HERE)).toBe(true);
  });
});
