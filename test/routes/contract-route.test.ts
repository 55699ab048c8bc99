import { describe, expect, it, onTestFinished } from 'vitest';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type {
  ApprovalParties,
  ApprovalState,
  ContractDecision,
  ContractRound,
  ContractState,
  DecisionState,
  RescueContract,
} from '../../src/domain/contract/rescue-contract.ts';
import { RescueError, type RescueErrorCode } from '../../src/domain/errors.ts';
import { messageOfEvent, type TellOfPara } from '../../src/domain/events.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { ContractSubmitter, RelaySubmitter } from '../../src/domain/ports/submitter.ts';
import { lastingObstacles } from '../../src/domain/readiness/finding.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import { viewOfRelay } from '../../src/domain/route/view.ts';
import type { Hex, RelayBlock } from '../../src/domain/units.ts';
import { carryOut } from '../../src/routes/carry-out.ts';
import { createContractRoute } from '../../src/routes/contract/route.ts';
import { agreementByVotes } from '../../src/routes/contract/votes.ts';
import { watchContract } from '../../src/routes/contract/watched-contract.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import { openStore } from '../../src/store/open.ts';
import { contractState, hash, healthyPara, LIMITS, OPTED_IN, policyFor } from '../domain/observations.ts';
import { sampleAnchor, sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleLook } from './look-samples.ts';
import { UNHEARD } from './step-samples.ts';

const CODE = Uint8Array.of(1, 2, 3);
const PROPOSAL = sampleProposal(CODE);
const START: RelayBlock = 1000;
const WATCHER = hash('31');
const SELF: Hex = `0x${'31'.repeat(20)}`;
const OTHERS: readonly Hex[] = [`0x${'32'.repeat(20)}`, `0x${'33'.repeat(20)}`];
const OPERATOR = hash('e1');
const PARTIES: ApprovalParties = {
  derived: hash('d0'),
  operators: [OPERATOR],
  operator: OPERATOR,
  multisig: hash('f0'),
};
const ADDRESS: Hex = `0x${'1a'.repeat(20)}`;
const MESSAGE_HASH = hash('3e');
const ID = hash('1d');
const ROUND_ID = hash('1b');
const POLICY = policyFor({
  routes: ['contract'],
  contract: { genesis: hash('91'), chain: 1000, address: ADDRESS, operators: [OPERATOR], fee: '100' },
});
const ANCHOR = {
  ...sampleAnchor().anchor,
  codeHash: hash('05'),
  head: { hash: hash('03'), number: 400, stateRoot: hash('04') },
};
const DECIDED: DecidedRound = {
  paraId: 2000,
  anchor: ANCHOR,
  round: 1,
  roundId: ROUND_ID,
  approved: { proposal: PROPOSAL.hash, codeHash: PROPOSAL.codeHash },
  policy: POLICY,
};
const REVIVED: Partial<ParaObservation> = { head: { hash: hash('0a'), number: 405, stateRoot: hash('0b') } };
const APPROVED = {
  when: { height: 990, index: 2 },
  depositor: PARTIES.derived,
  approvals: [PARTIES.derived],
};

const decision: ContractDecision = {
  para: 2000,
  anchorNumber: 400,
  anchorHead: ANCHOR.head.hash,
  roundId: ROUND_ID,
  attempt: 0,
  policyHash: policyHash(POLICY),
  codeHash: PROPOSAL.codeHash,
  ayes: 1n,
  nays: 0n,
  abstains: 0n,
  electorate: 2n,
  evidenceHash: hash('ed'),
  messageHash: MESSAGE_HASH,
  cancelOffset: 90,
  cancelHash: hash('ce'),
};
const decided = (change: Partial<DecisionState> = {}): DecisionState => ({
  id: ID,
  decision,
  epoch: 1n,
  support: 2,
  executableAt: 0n,
  vetoes: 0,
  forbidden: false,
  sent: false,
  cancelled: false,
  ...change,
});

/** Names of the acts of the contract, as the steps of the route are called. */
const STEP_OF: Readonly<Record<string, string>> = { execute: 'send-approval' };

/**
 * The route with the real executor. What it signs is recorded and never included; the chains say what the test lets
 * them say.
 */
async function openRun(
  options: {
    readonly operator?: boolean;
    readonly watcher?: boolean;
    /** The watcher signs outside of the service. */
    readonly outside?: boolean;
    /** The service watches no contract. */
    readonly unconfigured?: boolean;
    /** What an earlier life left in the journal: steps of this decision that it had sent. */
    readonly sent?: readonly string[];
  } = {},
) {
  const { ledger, census, close } = await openStore(await temporaryFolder());
  onTestFinished(close);
  await ledger.putProposal(PROPOSAL, CODE);
  const chain = {
    contract: contractState({
      policyHash: policyHash(POLICY),
      watchers: [SELF, ...OTHERS].map((address) => ({ address, supports: null })),
    }),
    decision: null as DecisionState | null,
    approval: {
      relay: START,
      approval: null,
      derivedFree: 1_000n,
      deposit: 30n,
      existentialDeposit: 1n,
      proxies: [{ delegate: PARTIES.multisig, kind: 'Any', delay: 0 }],
    } as ApprovalState,
    round: { roundId: ROUND_ID, attempt: 0, sentInEpoch: 0, over: false } as ContractRound,
    hasLeft: false,
    mayCancel: false,
    cancelSupport: [] as readonly Hex[],
    deliveryFee: 7n as bigint | null,
    /** What became of everything that was sent. */
    outcome: { kind: 'pending' } as ExtrinsicOutcome,
    /** What the contracts chain throws instead of answering. */
    trouble: null as RescueErrorCode | null,
  };
  const acts: string[] = [];
  const told: string[] = [];
  /** What an act does to the chains; it may throw. */
  let onAct: (name: string) => void = () => undefined;
  const act = (name: string) => {
    acts.push(name);
    onAct(name);
  };
  const unasked = () => Promise.reject(new Error('nobody asks for this here'));
  const ask = async <Answer>(answer: () => Answer): Promise<Answer> => {
    if (chain.trouble) throw new RescueError(chain.trouble, 'the chain says so');
    return answer();
  };
  const contract: RescueContract = {
    address: ADDRESS,
    genesis: hash('91'),
    parties: () => PARTIES,
    addressOf: () => SELF,
    accountOf: async (address) => fallback(address),
    state: () => ask(() => chain.contract),
    decision: (id) => ask(() => (chain.decision?.id === id ? chain.decision : null)),
    round: () => ask(() => chain.round),
    hasLeft: () => ask(() => chain.hasLeft),
    mayCancel: () => ask(() => chain.mayCancel),
    idOf: async () => ID,
    prepare: async ({ kind }) => {
      act(STEP_OF[kind] ?? kind);
      return '0x00';
    },
    wrap: () => ({ message: '0x05', hash: MESSAGE_HASH }),
    commitCancel: () => ({ hash: hash('ce'), offset: 90 }),
    cancelSupport: () => ask(() => chain.cancelSupport),
    deliveryFee: () => ask(() => chain.deliveryFee),
  };
  const extrinsic = (signer: Hex, method: string): SignedExtrinsic => ({
    bytes: '0x01',
    hash: hash('e0'),
    signer,
    nonce: 3,
    birth: 990,
    death: 1053,
    callHash: hash('ca'),
    method,
  });
  const onItsWay = {
    broadcast: async () => ({ kind: 'taken' }) as const,
    outcome: async () => chain.outcome,
  };
  const prepared = { data: '0x00' as Hex, hash: hash('ca'), decoded: { method: 'x.y', args: {} } };
  const watcher: ContractSubmitter = {
    ...onItsWay,
    signer: () => (options.watcher === false || options.outside ? null : WATCHER),
    prepare: async () => prepared,
    sign: async () => extrinsic(WATCHER, 'revive.call'),
  };
  const submitter: RelaySubmitter = {
    ...onItsWay,
    signer: () => (options.operator ? OPERATOR : null),
    prepare: async () => prepared,
    sign: async ({ kind }) => {
      act(kind === 'multisig-call' ? 'supply-code' : kind);
      return extrinsic(OPERATOR, 'multisig.asMulti');
    },
  };

  const feed = createBlockFeed();
  let idle: () => void = () => undefined;
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const entries = new Map<string, JournalEntry>();
  for (const step of options.sent ?? []) {
    const key = `2000/${DECIDED.roundId}/contract/${step}`;
    entries.set(key, { key, status: 'sent', extrinsic: extrinsic(WATCHER, 'x.y'), lost: [], note: null });
  }
  const journal = {
    list: async () => [...entries.values()],
    get: async (key: string) => entries.get(key) ?? null,
    put: async (entry: JournalEntry) => void entries.set(entry.key, entry),
  };
  const executor = createExecutor({
    journal,
    events: UNHEARD,
  });
  const tell: TellOfPara = (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const relay = {
    limits: async () => LIMITS,
    approvalState: async () => chain.approval,
    accounts: unasked,
    multisigState: unasked,
    isFinalized: async () => true,
  };
  const votes = { relay, ledger, census, peers: [], openRound: async () => null, tell: () => tell };
  const route = createContractRoute({
    relay,
    ledger,
    submitter,
    journal,
    contracts: new Map(
      options.unconfigured
        ? []
        : [
            [
              2000,
              watchContract({ contract, submitter: watcher, outside: options.outside ? WATCHER : null }),
            ],
          ],
    ),
    agreementOn: agreementByVotes(votes),
    peers: [],
  });
  async function* blocks() {
    for (let after = -1; ; ) {
      if (after >= (feed.latest(2000)?.relay.number ?? -1)) idle();
      const seen = await feed.next(2000, after, ending.signal);
      after = seen.relay.number;
      yield seen;
    }
  }
  let end: Promise<unknown> | null = null;
  let over = false;
  return {
    chain,
    acts,
    told,
    route,
    /** Steps in the journal, and how far they are. */
    journal: () => [...entries.values()].map(({ key, status }) => `${key.split('/')[3]} ${status}`),
    ledger,
    over: () => over,
    onAct: (effect: typeof onAct) => {
      onAct = effect;
    },
    /** Shows a relay block, and waits until the run has done with it or is over. */
    block: async (number: RelayBlock, change: Partial<ParaObservation> = {}): Promise<void> => {
      const ready = new Promise<void>((resolve) => {
        idle = resolve;
      });
      feed.publish(healthyPara({ relay: { number, hash: hash('01'), stateRoot: hash('02') }, ...change }));
      end ??= carryOut({ executor, journal, blocks, saved: async () => undefined, tell }, route, DECIDED)
        .catch((error: unknown) => error)
        .finally(() => {
          over = true;
        });
      await Promise.race([ready, end]);
    },
    end: () => end,
  };
}

describe('the prospects of a policy on this route', () => {
  const prospects = async (run: Awaited<ReturnType<typeof openRun>>, policy = POLICY) =>
    lastingObstacles(
      await run.route.examine(sampleLook({ policy: { rules: policy, hash: policyHash(policy) } })),
    ).map(({ sentence }) => sentence);

  it('are none where the service watches no contract, or another one', async () => {
    expect(await prospects(await openRun({ unconfigured: true }))).toEqual([
      'this service has no rescue contract configured for para 2000',
    ]);
    const { contract } = POLICY;
    const other = `0x${'1b'.repeat(20)}` as const;
    const elsewhere = { ...POLICY, ...(contract && { contract: { ...contract, address: other } }) };
    expect(await prospects(await openRun(), elsewhere)).toEqual([
      expect.stringContaining(`names the contract ${other}, not ${ADDRESS}`),
    ]);
  });

  it('are good when the multisig may act for the manager, also before anything is funded', async () => {
    const run = await openRun();
    run.chain.approval = { ...run.chain.approval, derivedFree: 0n };
    expect(await prospects(run)).toEqual([]);
    run.chain.approval = { ...run.chain.approval, proxies: [] };
    expect(await prospects(run)).toEqual([expect.stringContaining('it must be the multisig')]);
  });
});

describe('a decision on its way through the contract', () => {
  it('is over when the relay chain has the code scheduled, whoever did it', async () => {
    const run = await openRun();
    await run.block(START, { futureCodeHash: PROPOSAL.codeHash });
    expect(await run.end()).toEqual({ kind: 'scheduled' });
    expect(run.acts).toEqual([]);
  });

  it('is executed as soon as its delay is over', async () => {
    const run = await openRun();
    run.chain.decision = decided({ executableAt: run.chain.contract.time + 5n });
    run.chain.contract = { ...run.chain.contract, decided: ID };
    await run.block(START);
    expect(run.acts).toEqual([]);
    run.chain.contract = { ...run.chain.contract, time: run.chain.contract.time + 5n };
    await run.block(START + 1);
    expect(run.acts).toEqual(['send-approval']);
  });

  it.each<[string, (chain: Awaited<ReturnType<typeof openRun>>['chain']) => void, string]>([
    [
      'the contract lacks the fee for delivery',
      (chain) => {
        chain.contract = { ...chain.contract, balance: 6n };
      },
      'delivery of the message costs 7',
    ],
    [
      'the derived account lacks the deposit',
      (chain) => {
        chain.approval = { ...chain.approval, derivedFree: 129n };
      },
      'needs 130',
    ],
    [
      'an operator has approved first',
      (chain) => {
        chain.approval = { ...chain.approval, approval: { ...APPROVED, depositor: OPERATOR } };
      },
      'has to be cancelled by that account',
    ],
  ])('waits while %s, and goes on afterwards', async (_name, change, words) => {
    const run = await openRun({ operator: true });
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    const { contract, approval } = run.chain;
    change(run.chain);
    await run.block(START);
    await run.block(START + 1);
    expect(run.acts).toEqual([]);
    expect(run.told).toEqual([expect.stringContaining(words)]);
    run.chain.contract = contract;
    run.chain.approval = approval;
    await run.block(START + 2);
    expect(run.acts).toEqual(['send-approval']);
  });

  it('is tried again when the contracts chain does not take the message', async () => {
    const run = await openRun();
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    run.onAct(() => {
      throw new RescueError('RESCUE_CONTRACT_REFUSES', 'it is refused', {
        details: { error: 'MessageRefused' },
      });
    });
    await run.block(START);
    await run.block(START + 1);
    expect(run.acts).toEqual(['send-approval', 'send-approval']);
    expect(run.over()).toBe(false);
  });

  it('is done for this service when somebody else was faster', async () => {
    const run = await openRun();
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    run.onAct(() => {
      run.chain.decision = decided({ sent: true, executableAt: null });
      run.chain.contract = { ...run.chain.contract, lastSentId: ID };
      run.chain.round = { ...run.chain.round, attempt: 1, sentInEpoch: 1 };
      throw new RescueError('RESCUE_CALL_FAILED', 'AlreadySent');
    });
    await run.block(START);
    await run.block(START + 1);
    expect(run.acts).toEqual(['send-approval']);
    expect(run.told).toEqual([expect.stringContaining('on its way')]);
  });

  it('waits for the veto of one guardian, and tells of it', async () => {
    const run = await openRun();
    run.chain.decision = decided({ vetoes: 1, executableAt: run.chain.contract.time + 5n });
    run.chain.contract = { ...run.chain.contract, decided: ID };
    await run.block(START);
    expect(run.told).toEqual([expect.stringContaining('unless guardians forbid it (1 vetoed it)')]);
  });

  it.each<[string, Partial<DecisionState>, boolean, RegExp]>([
    ['guardians forbade', { forbidden: true, executableAt: null }, true, /forbidden .* can vote again/],
    ['another round overtook', { decision: { ...decision, roundId: hash('66') } }, true, /ended this round/],
    [
      'would send another message',
      { decision: { ...decision, messageHash: hash('66') } },
      false,
      /would not send/,
    ],
  ])('that %s ends the rescue', async (_name, change, over, words) => {
    const run = await openRun();
    run.chain.decision = decided(change);
    run.chain.contract = { ...run.chain.contract, decided: ID };
    run.chain.round = { ...run.chain.round, over };
    await run.block(START);
    expect(await run.end()).toMatchObject({
      kind: 'failed',
      trouble: { code: 'RESCUE_CONTRACT_REFUSES', message: expect.stringMatching(words) },
    });
  });

  it('ends when the para opts out', async () => {
    const run = await openRun();
    run.chain.contract = { ...run.chain.contract, policyHash: OPTED_IN };
    await run.block(START);
    expect(await run.end()).toMatchObject({ kind: 'failed', trouble: { code: 'RESCUE_CHAIN_REFUSES' } });
  });

  it('is supplied with the code by the operator, once the contract has approved it', async () => {
    const run = await openRun({ operator: true });
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    await run.block(START);
    expect(run.acts).toEqual(['supply-code']);
  });

  it('gets no second message before the first one had its time, also for watchers that were replaced', async () => {
    const run = await openRun({ watcher: false });
    run.chain.contract = { ...run.chain.contract, epoch: 2n, lastSentId: ID };
    run.chain.round = { ...run.chain.round, attempt: 1 };
    for (let number = START; number < START + 25; number += 1) await run.block(number);
    expect(run.told).toEqual([expect.stringContaining('on its way')]);
    await run.block(START + 25);
    expect(run.told[1]).toContain('waiting for the watchers');
  });

  it('ends when the last message had no effect either', async () => {
    const run = await openRun();
    run.chain.round = { ...run.chain.round, attempt: 5, sentInEpoch: 3 };
    await run.block(START);
    expect(run.over()).toBe(false);
    await run.block(START + 25);
    expect(await run.end()).toMatchObject({ kind: 'failed', trouble: { code: 'RESCUE_CALL_FAILED' } });
  });

  it('is not attested for another attempt before that could succeed, so that nobody has attempts spent in vain', async () => {
    const run = await openRun();
    run.chain.round = { ...run.chain.round, attempt: 1, sentInEpoch: 1 };
    run.chain.approval = { ...run.chain.approval, derivedFree: 0n };
    for (let number = START; number < START + 60; number += 5) await run.block(number);
    expect(run.told).toEqual([
      expect.stringContaining('on its way'),
      expect.stringMatching(/had no effect, and another one would have none yet: .*can spend 0/),
    ]);
    expect(run.acts).toEqual([]);
  });

  it.each<[string, (chain: Awaited<ReturnType<typeof openRun>>['chain']) => void, string]>([
    [
      'the derived account is empty',
      (chain) => {
        chain.approval = { ...chain.approval, derivedFree: 0n };
      },
      'can spend 0',
    ],
    [
      'an operator has approved first',
      (chain) => {
        chain.approval = { ...chain.approval, approval: { ...APPROVED, depositor: OPERATOR } };
      },
      'has to be cancelled by that account',
    ],
  ])(
    'is not attested at all while %s, since any one watcher could send it in vain',
    async (_name, change, words) => {
      const run = await openRun();
      const { approval } = run.chain;
      // Where attesting comes next, this watcher is told that it cannot.
      run.chain.hasLeft = true;
      change(run.chain);
      for (let number = START; number < START + 60; number += 5) await run.block(number);
      expect(run.told).toEqual([expect.stringMatching(`not attested yet, .*: .*${words}`)]);
      expect(run.acts).toEqual([]);
      run.chain.approval = approval;
      await run.block(START + 60);
      expect(run.told[1]).toContain('left the round');
    },
  );

  it('is not executed by a key that is no watcher, and not attested by a watcher that left the round', async () => {
    const stranger = await openRun();
    stranger.chain.decision = decided();
    stranger.chain.contract = {
      ...stranger.chain.contract,
      decided: ID,
      watchers: OTHERS.map((address) => ({ address, supports: ID })),
    };
    await stranger.block(START);
    expect(stranger.told).toEqual([expect.stringContaining('waiting for a watcher to execute')]);
    stranger.chain.contract = { ...stranger.chain.contract, manager: SELF };
    await stranger.block(START + 1);
    expect(stranger.acts).toEqual(['send-approval']);

    const gone = await openRun();
    gone.chain.hasLeft = true;
    await gone.block(START);
    expect(gone.told).toEqual([expect.stringContaining('has left the round')]);
    expect(gone.acts).toEqual([]);
  });

  it('cannot go this way when its round has no id', async () => {
    const run = await openRun();
    const old = { ...DECIDED, roundId: null };
    const view = await run.route.view(old, healthyPara());
    expect(run.route.assess(old, view)).toMatchObject({
      possible: false,
      reasons: [expect.stringContaining('has no id')],
    });
  });

  it('goes on when nodes come back', async () => {
    const run = await openRun();
    run.chain.trouble = 'RESCUE_NODE_UNREACHABLE';
    await run.block(START);
    expect(run.told).toEqual([expect.stringContaining('try again at the next block')]);
    run.chain.trouble = null;
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    await run.block(START + 1);
    expect(run.acts).toEqual(['send-approval']);
  });

  it.each(['RESCUE_STATE_REFUSES', 'RESCUE_STORE_CLOSED', 'RESCUE_INTERNAL'] as const)(
    'is never taken for needless because somebody throws %s',
    async (code) => {
      const run = await openRun();
      run.chain.trouble = code;
      await run.block(START);
      expect(await run.end()).toMatchObject({ name: 'RescueError', code });
    },
  );
});

describe('what an earlier life of the service sent', () => {
  const included: ExtrinsicOutcome = {
    kind: 'succeeded',
    block: { number: 1, hash: hash('b1'), stateRoot: hash('b2') },
  };

  it('is done in the journal before anything that follows from it is signed', async () => {
    const run = await openRun({ sent: [`attest/0/none/${ID}`] });
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    run.chain.outcome = included;
    await run.block(START);
    expect(run.journal()).toEqual(['attest done', 'send-approval sent']);
  });

  it('is asked after until the chain knows its end, and never sent again when something else is to be done', async () => {
    const run = await openRun({ operator: true, sent: [`send-approval/0/${ID}`] });
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    await run.block(START);
    expect(run.journal()).toEqual(['send-approval sent', 'supply-code sent']);
    run.chain.outcome = included;
    await run.block(START + 1, { futureCodeHash: PROPOSAL.codeHash });
    expect(await run.end()).toEqual({ kind: 'scheduled' });
    expect(run.journal()).toEqual(['send-approval done', 'supply-code done']);
    expect(run.acts).toEqual(['supply-code']);
  });

  it('is done when the relay chain shows the code, whatever became of the contracts chain', async () => {
    const run = await openRun({ operator: true, sent: ['supply-code/990/2'] });
    run.chain.trouble = 'RESCUE_NODE_UNREACHABLE';
    await run.block(START, { futureCodeHash: PROPOSAL.codeHash });
    expect(await run.end()).toEqual({ kind: 'scheduled' });
    expect(run.journal()).toEqual(['supply-code done']);
  });
});

/** Of an address that no account is mapped to. */
const fallback = (address: Hex): Hex => `0x${address.slice(2)}${'ee'.repeat(12)}`;

describe('the call that somebody outside has to sign', () => {
  type Run = Awaited<ReturnType<typeof openRun>>;
  const handedOver = async (run: Run, change: Partial<ParaObservation> = {}) => {
    const found = await run.route.handover(DECIDED, viewOfRelay(healthyPara(change), null));
    return found.kind === 'call' ? { ...found.handover, takesBack: found.takesBack } : { nothing: found.why };
  };
  const decide = ({ chain }: Run, state = decided()) => {
    chain.decision = state;
    chain.contract = {
      ...chain.contract,
      decided: ID,
      watchers: chain.contract.watchers.map((watcher) => ({ ...watcher, supports: ID })),
    };
  };
  const send = (run: Run) => {
    decide(run, decided({ sent: true, executableAt: null }));
    const { chain } = run;
    const watchers = chain.contract.watchers.map((watcher) => ({ ...watcher, supports: null }));
    chain.contract = { ...chain.contract, lastSentId: ID, watchers };
    chain.round = { ...chain.round, attempt: 1, sentInEpoch: 1 };
    chain.approval = { ...chain.approval, approval: APPROVED };
  };
  const place = `--contracts CONTRACTS --contract ${ADDRESS} --contracts-para 1000 --relay RELAY`;
  const files = `--evidence EVIDENCE --code ${PROPOSAL.codeHash}.wasm --signer-file KEYSTORE --yes`;
  const all = [SELF, ...OTHERS].map(fallback);

  it('is that of the contract, with the command of each watcher, where the service has no key', async () => {
    const run = await openRun({ watcher: false });
    decide(run);
    expect(await handedOver(run)).toMatchObject({
      title: expect.stringContaining(`send the approval of decision ${ID}`),
      chain: 'contracts chain',
      method: 'x.y',
      by: null,
      multisig: null,
      takesBack: false,
      commands: all.map((by) => ({
        by,
        command: `pararescue contract execute ${place} --id ${ID} ${files}`,
      })),
    });
    expect(run.acts).toEqual(['send-approval']);
    run.chain.contract = { ...run.chain.contract, time: run.chain.contract.time - 5n };
    run.chain.decision = decided({ executableAt: run.chain.contract.time + 5n });
    expect(await handedOver(run)).toEqual({ nothing: expect.stringContaining('executed in 5 seconds') });
  });

  it('leaves out the key of the service, which acts by itself', async () => {
    const run = await openRun();
    decide(run);
    expect(await handedOver(run)).toMatchObject({ commands: OTHERS.map((one) => ({ by: fallback(one) })) });
  });

  it('is what the contract refuses, in its words, and nothing is signed for that', async () => {
    const run = await openRun({ watcher: false });
    decide(run);
    run.onAct(() => {
      throw new RescueError('RESCUE_CONTRACT_REFUSES', 'The rescue contract refuses it: no.');
    });
    expect(await handedOver(run)).toEqual({ nothing: 'The rescue contract refuses it: no' });
  });

  it("is the operator's, once the contract has approved it, unless the service has that key", async () => {
    const run = await openRun();
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    const command = `pararescue contract approve --policy POLICY --code ${PROPOSAL.codeHash}.wasm --relay RELAY --signer-file KEYSTORE --yes`;
    expect(await handedOver(run)).toMatchObject({
      chain: 'relay chain',
      by: OPERATOR,
      effect: expect.stringContaining('scheduled for para 2000'),
      takesBack: false,
      commands: [{ by: OPERATOR, command }],
    });
    const own = await openRun({ operator: true });
    own.chain.approval = run.chain.approval;
    expect(await handedOver(own)).toEqual({ nothing: expect.stringContaining("this service's own key") });
  });

  it('takes back what nobody wants any more: support, and an approval that was sent', async () => {
    const run = await openRun({ outside: true });
    decide(run);
    expect(await handedOver(run, REVIVED)).toMatchObject({
      takesBack: true,
      commands: all.map((by) => ({
        by,
        command: `pararescue contract withdraw ${place} --signer-file KEYSTORE --yes`,
      })),
    });
    send(run);
    expect(await handedOver(run, REVIVED)).toMatchObject({
      title: expect.stringContaining('attest to the rescue contract that its approval'),
      commands: all.map((by) => ({ by, command: `pararescue contract cancel ${place} --id ${ID} ${files}` })),
    });
    run.chain.cancelSupport = [SELF, ...OTHERS.slice(1)];
    expect(await handedOver(run, REVIVED)).toMatchObject({
      title: expect.stringContaining('make the rescue contract take its approval'),
      takesBack: true,
    });
    expect(run.acts).toEqual(['withdraw', 'attest-cancel', 'cancel']);
  });

  it('is none where the code is there, nobody knows whether the para lives, or the service has no contract', async () => {
    const run = await openRun({ watcher: false });
    decide(run);
    const there = { futureCodeHash: PROPOSAL.codeHash };
    expect(await handedOver(run, there)).toEqual({ nothing: expect.stringMatching(/scheduled or current/) });
    expect(await handedOver(run, { head: null })).toEqual({
      nothing: expect.stringMatching(/cannot be read/),
    });
    expect(await handedOver(await openRun({ unconfigured: true }))).toEqual({
      nothing: expect.stringMatching(/no rescue contract configured/),
    });
    expect(run.acts).toEqual([]);
  });

  it('is waited for, by a service that stands for a watcher who signs outside', async () => {
    const run = await openRun({ outside: true });
    decide(run);
    await run.block(START, REVIVED);
    expect([run.over(), run.acts]).toEqual([false, []]);
    const watchers = run.chain.contract.watchers.map((watcher) => ({ ...watcher, supports: null }));
    run.chain.contract = { ...run.chain.contract, watchers };
    run.chain.decision = decided({ support: 0, executableAt: null });
    await run.block(START + 1, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
  });
});

describe('a para that lives again', () => {
  const supporting = (state: ContractState): ContractState => ({
    ...state,
    decided: ID,
    watchers: state.watchers.map((watcher) => ({ ...watcher, supports: ID })),
  });
  const withdrawn = (state: ContractState): ContractState => ({
    ...state,
    watchers: state.watchers.map((watcher) =>
      watcher.address === SELF ? { ...watcher, supports: null } : watcher,
    ),
  });
  const openRevived = async (state: DecisionState) => {
    const run = await openRun();
    run.chain.decision = state;
    run.chain.contract = supporting(run.chain.contract);
    if (state.sent) {
      run.chain.contract = { ...run.chain.contract, lastSentId: ID };
      run.chain.round = { ...run.chain.round, attempt: 1, sentInEpoch: 1 };
    }
    run.onAct((name) => {
      if (name === 'withdraw') run.chain.contract = withdrawn(run.chain.contract);
      if (name === 'attest-cancel') run.chain.cancelSupport = [...run.chain.cancelSupport, SELF];
      if (name === 'cancel')
        run.chain.decision = decided({ sent: true, cancelled: true, executableAt: null });
    });
    return run;
  };

  it('is not taken for revived while its head cannot be read, and nothing is sent then', async () => {
    const run = await openRun({ operator: true });
    run.chain.decision = decided();
    run.chain.contract = { ...run.chain.contract, decided: ID };
    await run.block(START, { head: null });
    await run.block(START + 1, { head: null });
    expect([run.over(), run.acts]).toEqual([false, []]);
    expect(run.told).toEqual([expect.stringMatching(/^route-waits: .*cannot be read/)]);
    await run.block(START + 2);
    expect(run.acts).toEqual(['send-approval']);
  });

  it('is left alone at once when nothing was decided', async () => {
    const run = await openRun();
    await run.block(START, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
    expect(run.acts).toEqual([]);
  });

  it('has the support withdrawn, and the watcher stays while that of others lets them execute', async () => {
    const run = await openRevived(decided());
    await run.block(START, REVIVED);
    await run.block(START + 1, REVIVED);
    expect(run.acts).toEqual(['withdraw']);
    expect(run.over()).toBe(false);
    run.chain.decision = decided({ support: 1, executableAt: null });
    await run.block(START + 2, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
  });

  it('has the support withdrawn too when the relay chain stores other code than was decided on, and ends by that', async () => {
    const replaced = { currentCodeHash: hash('66') };
    const run = await openRevived(decided());
    await run.block(START, replaced);
    await run.block(START + 1, replaced);
    expect(run.acts).toEqual(['withdraw']);
    run.chain.decision = decided({ support: 1, executableAt: null });
    await run.block(START + 2, replaced);
    expect(await run.end()).toMatchObject({
      kind: 'failed',
      isObstacle: true,
      trouble: { code: 'RESCUE_CODE_REPLACED' },
    });
  });

  it('is waited beside until a message that was on its way has arrived, and then it is taken back', async () => {
    const run = await openRevived(decided({ sent: true, executableAt: null }));
    run.chain.cancelSupport = OTHERS.slice(0, 1);
    for (let number = START; number < START + 10; number += 1) await run.block(number, REVIVED);
    expect(run.over()).toBe(false);
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    for (let number = START + 10; number < START + 13; number += 1) await run.block(number, REVIVED);
    expect(run.over()).toBe(false);
    run.chain.approval = { ...run.chain.approval, approval: null };
    await run.block(START + 13, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
    expect(run.acts).toEqual(['withdraw', 'attest-cancel', 'cancel']);
  });

  it('is not waited beside for a message that never arrives', async () => {
    const run = await openRevived(decided({ sent: true, executableAt: null }));
    for (let number = START; number < START + 25; number += 1) await run.block(number, REVIVED);
    expect(run.over()).toBe(false);
    await run.block(START + 25, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
  });

  it('has an approval taken back that watchers sent who were replaced since', async () => {
    const run = await openRevived(decided({ sent: true, executableAt: null }));
    run.chain.contract = { ...run.chain.contract, epoch: 2n, decided: null };
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    await run.block(START, REVIVED);
    await run.block(START + 1, REVIVED);
    expect(run.acts).toContain('attest-cancel');
  });

  it('keeps an approval that is not the one of the contract', async () => {
    const run = await openRevived(decided({ sent: true, executableAt: null }));
    run.chain.approval = { ...run.chain.approval, approval: { ...APPROVED, depositor: OPERATOR } };
    await run.block(START, REVIVED);
    await run.block(START + 1, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
    expect(run.acts).toEqual(['withdraw']);
  });

  it('keeps no watcher that others do not join, nor one whose contracts chain is gone', async () => {
    const alone = await openRevived(decided({ sent: true, executableAt: null }));
    alone.chain.approval = { ...alone.chain.approval, approval: APPROVED };
    await alone.block(START, REVIVED);
    await alone.block(START + 100, REVIVED);
    expect(alone.over()).toBe(false);
    expect(alone.acts).toEqual(['withdraw', 'attest-cancel']);
    await alone.block(START + 101, REVIVED);
    expect(await alone.end()).toEqual({ kind: 'revived' });

    const cutOff = await openRun();
    cutOff.chain.trouble = 'RESCUE_NODE_UNREACHABLE';
    await cutOff.block(START, REVIVED);
    await cutOff.block(START + 100, REVIVED);
    expect(cutOff.over()).toBe(false);
    await cutOff.block(START + 101, REVIVED);
    expect(await cutOff.end()).toEqual({ kind: 'revived' });
  });

  it('is not left alone by a head that governance set back, which is another head as well', async () => {
    const run = await openRevived(decided());
    const back = { head: { hash: hash('0c'), number: 399, stateRoot: hash('0b') } };
    await run.block(START, back);
    expect(run.acts).toEqual(['withdraw']);
  });

  it('has the cancelling message sent again when that was lost on the relay chain', async () => {
    const run = await openRevived(decided({ sent: true, executableAt: null }));
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    run.chain.cancelSupport = OTHERS;
    for (let number = START; number < START + 4; number += 1) await run.block(number, REVIVED);
    expect(run.acts).toEqual(['withdraw', 'attest-cancel', 'cancel']);
    run.chain.outcome = {
      kind: 'succeeded',
      block: { number: 1, hash: hash('b1'), stateRoot: hash('b2') },
    };
    for (let number = START + 4; number < START + 28; number += 1) await run.block(number, REVIVED);
    expect(run.acts).toHaveLength(3);
    for (let number = START + 28; number < START + 60; number += 1) await run.block(number, REVIVED);
    expect(run.acts).toEqual(['withdraw', 'attest-cancel', 'cancel', 'cancel', 'cancel']);
    run.chain.approval = { ...run.chain.approval, approval: null };
    await run.block(START + 60, REVIVED);
    expect(await run.end()).toEqual({ kind: 'revived' });
  });
});

describe('a para that opted out after the message was sent', () => {
  const openOptedOut = async (options: Parameters<typeof openRun>[0] = {}) => {
    const run = await openRun(options);
    run.chain.decision = decided({ sent: true, executableAt: null });
    run.chain.contract = {
      ...run.chain.contract,
      ...{ policyHash: null, decided: null, lastSentId: ID, epoch: 2n, watchers: [], threshold: 0 },
    };
    run.chain.mayCancel = true;
    run.onAct((name) => {
      if (name === 'cancel')
        run.chain.decision = decided({ sent: true, cancelled: true, executableAt: null });
    });
    return run;
  };

  it('has the approval taken back by one who watched, alone, and the rescue ends when it is gone', async () => {
    const run = await openOptedOut();
    await run.block(START);
    expect(run.told).toEqual([expect.stringContaining('opted out of this policy')]);
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    await run.block(START + 1);
    await run.block(START + 2);
    expect(run.acts).toEqual(['cancel']);
    expect(run.over()).toBe(false);
    run.chain.approval = { ...run.chain.approval, approval: null };
    await run.block(START + 3);
    expect(await run.end()).toMatchObject({ kind: 'failed', trouble: { code: 'RESCUE_CHAIN_REFUSES' } });
  });

  it('is not supplied with code, by an operator who has nothing to say about it', async () => {
    const run = await openOptedOut({ operator: true, watcher: false });
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    await run.block(START);
    expect(run.acts).toEqual([]);
    expect(await run.end()).toMatchObject({ kind: 'failed', trouble: { code: 'RESCUE_CHAIN_REFUSES' } });
  });

  it('has it taken back by the watchers together when it opted in again with another policy', async () => {
    const run = await openOptedOut();
    const watchers = [SELF, ...OTHERS].map((address) => ({ address, supports: null }));
    run.chain.contract = { ...run.chain.contract, policyHash: OPTED_IN, watchers, threshold: 2 };
    run.chain.approval = { ...run.chain.approval, approval: APPROVED };
    run.onAct((name) => {
      if (name === 'attest-cancel') run.chain.cancelSupport = [SELF, ...OTHERS];
    });
    await run.block(START);
    await run.block(START + 1);
    expect(run.acts).toEqual(['attest-cancel', 'cancel']);
  });

  it('is left when nothing of it arrives, and when this service may not', async () => {
    const late = await openOptedOut();
    for (const number of [START, START + 24, START + 25]) await late.block(number);
    expect(await late.end()).toMatchObject({ kind: 'failed' });
    const other = await openOptedOut();
    other.chain.mayCancel = false;
    other.chain.approval = { ...other.chain.approval, approval: APPROVED };
    await other.block(START);
    expect(await other.end()).toMatchObject({ kind: 'failed' });
  });
});
