import { describe, expect, it } from 'vitest';
import type { ParaObservation, RelayLimits } from '../../src/domain/chain/observation.ts';
import type {
  ApprovalState,
  ContractDecision,
  ContractRound,
  ContractState,
  DecisionState,
} from '../../src/domain/contract/rescue-contract.ts';
import type { ChainFact, PlainFact } from '../../src/domain/route/facts.ts';
import type { ApprovalView, ChainView, ContractView } from '../../src/domain/route/view.ts';
import { holds, isReadable, obstacles, planObstacles, whyNot } from '../../src/routes/facts.ts';
import { contractState, hash, healthyPara, LIMITS, MANAGER, OPTED_IN } from '../domain/observations.ts';

const CODE = hash('05');
const OTHER_CODE = hash('c0');
const WATCHER = `0x${'31'.repeat(20)}` as const;
const CONTRACT = `0x${'1a'.repeat(20)}` as const;
const DECISION = hash('1d');
const MULTISIG = hash('f0');
const DERIVED = hash('d0');
const WHEN = { height: 990, index: 2 };
const ROUND: ContractRound = { roundId: hash('1b'), attempt: 0, sentInEpoch: 0, over: false };

const decision: ContractDecision = {
  para: 2000,
  anchorNumber: 400,
  anchorHead: hash('03'),
  roundId: hash('1b'),
  attempt: 0,
  policyHash: OPTED_IN,
  codeHash: CODE,
  ayes: 1n,
  nays: 0n,
  abstains: 0n,
  electorate: 2n,
  evidenceHash: hash('ed'),
  messageHash: hash('3e'),
  cancelOffset: 90,
  cancelHash: hash('ce'),
};

function view(
  change: {
    readonly para?: Partial<ParaObservation>;
    readonly limits?: Partial<RelayLimits>;
    readonly contract?: Partial<ContractState>;
    readonly decision?: Partial<DecisionState>;
    readonly round?: Partial<ContractRound>;
    readonly cancel?: ContractView['cancelSupport'];
    readonly approval?: Partial<ApprovalState>;
  } = {},
): ChainView {
  const known: DecisionState = {
    id: DECISION,
    decision,
    epoch: 1n,
    support: 2,
    executableAt: 0n,
    vetoes: 0,
    forbidden: false,
    sent: false,
    cancelled: false,
    ...change.decision,
  };
  const approval: ApprovalView = {
    parties: { derived: DERIVED, operators: [hash('e1')], operator: hash('e1'), multisig: MULTISIG },
    state: {
      relay: 1000,
      approval: null,
      derivedFree: 100n,
      deposit: 30n,
      existentialDeposit: 1n,
      proxies: [],
      ...change.approval,
    },
  };
  return {
    observation: healthyPara(change.para),
    limits: { ...LIMITS, ...change.limits },
    contract: {
      address: CONTRACT,
      state: contractState(change.contract),
      decisions: new Map([[DECISION, known]]),
      round: { ...ROUND, ...change.round },
      cancelSupport: change.cancel ?? null,
    },
    approval,
    trouble: null,
  };
}
const pendingBy = (depositor: `0x${string}`) =>
  view({ approval: { approval: { when: WHEN, depositor, approvals: [depositor] } } });
const proxied = (delay: number, kind = 'Any') =>
  view({ approval: { proxies: [{ delegate: MULTISIG, kind, delay }] } });
const approvedBy = (approvals: readonly `0x${string}`[], callHash = hash('ca')): ChainView => ({
  ...view(),
  multisig: {
    account: MULTISIG,
    callHash,
    state: { relay: 1000, deposit: 1n, approval: { when: WHEN, depositor: DERIVED, approvals } },
  },
});
const watchers = (change: object) => [{ address: WATCHER, supports: null, ...change }];
const unregistered = view({ para: { registrar: null } });
const withoutRegistrar = view({ para: { registrar: undefined } });
const locked = view({ para: { registrar: { manager: MANAGER, deposit: 0n, locked: true } } });

const registrarLike = (change: Partial<RelayLimits['registrar']>) =>
  view({ limits: { registrar: { ...LIMITS.registrar, ...change } } });

type Case = readonly [
  fact: PlainFact,
  where: ChainView,
  otherwise: readonly (readonly [ChainView, RegExp])[],
];

/** Of each kind: a fact, a view where it holds, and views where it does not with what is said there. */
const CASES: { readonly [Kind in PlainFact['kind']]: Case } = {
  'registrar-manager-is': [
    { kind: 'registrar-manager-is', account: MANAGER },
    view(),
    [
      [
        view({ para: { registrar: { manager: hash('ab'), deposit: 0n, locked: false } } }),
        /is 0x(ab)+, not 0x(aa)+/,
      ],
      [unregistered, /has no entry for the para/],
      [withoutRegistrar, /has no registrar pallet/],
    ],
  ],
  'registrar-unlocked': [
    { kind: 'registrar-unlocked' },
    view(),
    [
      [locked, /^the para is locked/],
      [unregistered, /has no entry for the para/],
      [withoutRegistrar, /has no registrar pallet/],
    ],
  ],
  'registrar-locked': [
    { kind: 'registrar-locked' },
    locked,
    [
      [view(), /not locked/],
      [unregistered, /not locked/],
    ],
  ],
  'no-upgrade-pending': [
    { kind: 'no-upgrade-pending' },
    view(),
    [[view({ para: { futureCodeHash: OTHER_CODE } }), /an upgrade to 0x(c0)+ is already pending/]],
  ],
  'code-authorised': [
    { kind: 'code-authorised', codeHash: CODE },
    view({ para: { authorizedCode: { codeHash: CODE, expireAt: 1002 } } }),
    [
      [view({ para: { authorizedCode: undefined } }), /has no authorised code hashes/],
      [view({ para: { authorizedCode: null } }), /no code is authorised/],
      [
        view({ para: { authorizedCode: { codeHash: OTHER_CODE, expireAt: 2000 } } }),
        /authorised other code for the para: 0x(c0)+/,
      ],
      // It is over when the next block is made.
      [view({ para: { authorizedCode: { codeHash: CODE, expireAt: 1001 } } }), /ended with relay block 1000/],
    ],
  ],
  'no-other-upgrade-pending': [
    { kind: 'no-other-upgrade-pending', codeHash: CODE },
    view({ para: { futureCodeHash: CODE, futureCodeUpgrade: 900 } }),
    [
      [
        view({ para: { futureCodeHash: OTHER_CODE, futureCodeUpgrade: 900, futureCodeUpgradeAt: null } }),
        /waits for a head of the para: the first block after the rescue would move to that code/,
      ],
      [
        view({ para: { futureCodeHash: OTHER_CODE, futureCodeUpgrade: null, futureCodeUpgradeAt: 1200 } }),
        /takes effect at relay block 1200 and would overwrite the code/,
      ],
    ],
  ],
  'upgrade-allowed': [
    { kind: 'upgrade-allowed' },
    view(),
    [
      [
        view({ para: { upgradeRestriction: 'Present', upgradeCooldownUntil: 1500 } }),
        /until relay block 1500 \(now 1000\); anyone may pay/,
      ],
      [view({ para: { upgradeRestriction: 'Present' } }), /the upgrade cooldown runs; anyone may pay/],
    ],
  ],
  'head-is': [
    { kind: 'head-is', hash: hash('03') },
    view(),
    [
      [view({ para: { head: { hash: hash('0a'), number: 401, stateRoot: hash('0b') } } }), /it moved/],
      [view({ para: { head: null } }), /unreadable/],
    ],
  ],
  'head-data-is': [
    { kind: 'head-data-is', data: '0x00' },
    view(),
    [
      [view({ para: { headData: '0x01' } }), /another head/],
      [view({ para: { headData: null } }), /another head/],
    ],
  ],
  'code-is-other-than': [
    { kind: 'code-is-other-than', codeHash: OTHER_CODE },
    view(),
    [[view({ para: { currentCodeHash: OTHER_CODE } }), /would do nothing/]],
  ],
  'code-scheduled-or-current': [
    { kind: 'code-scheduled-or-current', codeHash: OTHER_CODE },
    view({ para: { futureCodeHash: OTHER_CODE } }),
    [
      [view(), /neither scheduled nor current/],
      [view({ para: { upgradeGoAhead: 'Abort' } }), /validators rejected the code/],
    ],
  ],
  'code-is': [
    { kind: 'code-is', codeHash: CODE },
    view(),
    [
      [
        view({ para: { currentCodeHash: OTHER_CODE, futureCodeHash: CODE } }),
        /the relay stores code 0x(c0)+/,
      ],
    ],
  ],
  'heads-after': [
    { kind: 'heads-after', head: 397, count: 3 },
    view(),
    [
      [
        view({ para: { head: { hash: hash('0a'), number: 399, stateRoot: hash('0b') } } }),
        /is 399, it has to reach 400/,
      ],
      [view({ para: { head: null } }), /unreadable/],
    ],
  ],
  'code-size-allowed': [
    { kind: 'code-size-allowed', bytes: 3_145_728 },
    view(),
    [
      [view({ limits: { maxCodeSize: 3_145_727 } }), /has 3145728 bytes, the relay takes at most 3145727/],
      [{ ...view(), limits: null }, /configuration was not read/],
    ],
  ],
  'head-size-allowed': [
    { kind: 'head-size-allowed', bytes: 20_480 },
    view(),
    [[view({ limits: { maxHeadDataSize: 20_479 } }), /has 20480 bytes, the relay takes at most 20479/]],
  ],
  'switches-without-head': [
    { kind: 'switches-without-head' },
    view(),
    [[view({ limits: { appliesAtExpectedBlock: false } }), /only at the next included head/]],
  ],
  'registrar-takes-code': [
    { kind: 'registrar-takes-code' },
    view(),
    [
      [
        registrarLike({ schedule: null }),
        /takes no code from managers: it may have moved to the Coretime chain/,
      ],
      [registrarLike({ schedule: 'hash' }), /takes no code from managers/],
      [
        registrarLike({ schedule: null, hasManagerCalls: false, locked: 'bool' }),
        /older than the calls by which managers replace code/,
      ],
      [registrarLike({ schedule: null, hasManagerCalls: false, locked: null }), /has no registrar pallet/],
      [registrarLike({ migration: 'WarmUp' }), /on their way to another chain \(stage WarmUp\)/],
    ],
  ],
  'contract-opted-in': [
    { kind: 'contract-opted-in', contract: CONTRACT, policy: OPTED_IN },
    view(),
    [
      [view({ contract: { policyHash: null } }), /not opted in at its rescue contract/],
      [view({ contract: { policyHash: hash('51') } }), /opted in with policy 0x(51)+, not with 0x(50)+/],
      [view({ contract: { para: 2001 } }), /that of para 2001, not of 2000/],
      [{ ...view(), contract: null }, /cannot be read/],
    ],
  ],
  'contract-epoch-is': [
    { kind: 'contract-epoch-is', contract: CONTRACT, epoch: '1' },
    view(),
    [[view({ contract: { epoch: 2n } }), /in epoch 2, not in 1/]],
  ],
  'contract-decided': [
    { kind: 'contract-decided', contract: CONTRACT, codeHash: CODE },
    view({ contract: { decided: DECISION } }),
    [
      [view(), /too few watchers/],
      [view({ contract: { decided: DECISION }, decision: { executableAt: null } }), /too few watchers/],
      [
        view({
          contract: { decided: DECISION },
          decision: { decision: { ...decision, codeHash: OTHER_CODE } },
        }),
        /too few watchers/,
      ],
    ],
  ],
  'watcher-supports': [
    { kind: 'watcher-supports', watcher: WATCHER, decision: DECISION },
    view({ contract: { watchers: watchers({ supports: DECISION }) } }),
    [
      [view(), /does not count the support/],
      [view({ contract: { watchers: watchers({ supports: hash('1e') }) } }), /does not count the support/],
      [view({ contract: { watchers: [] } }), /does not count the support/],
    ],
  ],
  'decision-overtaken': [
    { kind: 'decision-overtaken', decision: hash('1e'), roundId: ROUND.roundId, attempt: 0 },
    view({ contract: { decided: DECISION } }),
    [
      [view(), /no other decision/],
      [view({ contract: { decided: DECISION }, decision: { executableAt: null } }), /no other decision/],
      [view({ round: { roundId: hash('77'), attempt: 9, over: true } }), /no other decision/],
    ],
  ],
  'decision-sent': [
    { kind: 'decision-sent', decision: DECISION },
    view({ decision: { sent: true } }),
    [[view(), /is not sent/]],
  ],
  'decision-cancelled': [
    { kind: 'decision-cancelled', decision: DECISION },
    view({ decision: { cancelled: true } }),
    [[view(), /is not taken back/]],
  ],
  'support-withdrawn': [
    { kind: 'support-withdrawn', watcher: WATCHER, decision: DECISION },
    view({ contract: { watchers: watchers({ supports: hash('1e') }) } }),
    [[view({ contract: { watchers: watchers({ supports: DECISION }) } }), /still supports decision/]],
  ],
  'cancel-attested': [
    { kind: 'cancel-attested', watcher: WATCHER, decision: DECISION, when: WHEN },
    view({ cancel: { decision: DECISION, when: WHEN, watchers: [WATCHER], alone: false } }),
    [
      [view(), /has not attested/],
      [view({ cancel: { decision: DECISION, when: WHEN, watchers: [], alone: false } }), /has not attested/],
      [
        view({ cancel: { decision: hash('1e'), when: WHEN, watchers: [WATCHER], alone: false } }),
        /has not attested/,
      ],
      [
        view({
          cancel: { decision: DECISION, when: { ...WHEN, index: 3 }, watchers: [WATCHER], alone: false },
        }),
        /has not attested/,
      ],
    ],
  ],
  'multisig-acts-for-manager': [
    { kind: 'multisig-acts-for-manager', multisig: MULTISIG },
    proxied(0),
    [
      [
        view(),
        /must be the multisig 0x(f0)+ .* or have it as a proxy .*; 0x(f0)+ is neither 0x(aa)+ nor a proxy of it/,
      ],
      [proxied(10), /with a delay of 10 blocks: only one without/],
      [proxied(0, 'Staking'), /of the kind Staking: only a proxy of the kind Any counts/],
      [unregistered, /has no entry for the para/],
      [{ ...view(), approval: null }, /was not read/],
    ],
  ],
  'multisig-approved': [
    { kind: 'multisig-approved', multisig: MULTISIG, callHash: hash('ca'), by: DERIVED },
    approvedBy([DERIVED]),
    [
      [approvedBy([CONTRACT]), /holds no approval of call/],
      [approvedBy([DERIVED], hash('cb')), /holds no approval of call/],
      [view(), /the multisig was not read/],
    ],
  ],
  'funds-at-least': [
    { kind: 'funds-at-least', account: DERIVED, amount: '100' },
    view(),
    [[view({ approval: { derivedFree: 99n } }), /can spend 99 on the relay chain, but needs 100/]],
  ],
  'delivery-paid': [
    { kind: 'delivery-paid', contract: CONTRACT, amount: '1000' },
    view(),
    [
      [
        view({ contract: { balance: 999n } }),
        /holds 999 on its chain, but the delivery of the message costs 1000/,
      ],
    ],
  ],
  'no-approval-pending': [
    { kind: 'no-approval-pending', multisig: MULTISIG, callHash: hash('ca') },
    view(),
    [[pendingBy(DERIVED), /cancelled by that account first/]],
  ],
  'approval-pending': [
    { kind: 'approval-pending', multisig: MULTISIG, callHash: hash('ca'), by: DERIVED },
    pendingBy(DERIVED),
    [
      [view(), /no approval of the call by 0x(d0)+ is pending/],
      [pendingBy(hash('e1')), /no approval of the call by 0x(d0)+ is pending/],
    ],
  ],
};

describe('a fact of chain state', () => {
  it.each(Object.entries(CASES))(
    '%s holds where the chain shows it, and says why elsewhere',
    (_, [fact, where, otherwise]) => {
      expect(whyNot(fact, where)).toBeNull();
      expect(holds(fact, where)).toBe(true);
      for (const [elsewhere, reason] of otherwise) {
        expect(whyNot(fact, elsewhere)).toMatch(reason);
        expect(holds(fact, elsewhere)).toBe(false);
      }
    },
  );

  it('never holds of what was not looked at', () => {
    const blind: ChainView = { ...unregistered, limits: null, contract: null, approval: null };
    const seenAnyway = new Set<PlainFact['kind']>([
      'no-upgrade-pending',
      'no-other-upgrade-pending',
      'upgrade-allowed',
      'head-is',
      'head-data-is',
      'code-is-other-than',
      'code-is',
      'heads-after',
    ]);
    const known = Object.values(CASES).map(([fact]) => fact);
    expect(known.filter((fact) => holds(fact, blind)).map(({ kind }) => kind)).toEqual([...seenAnyway]);
  });

  it('can be told only of what was looked at', () => {
    const blind: ChainView = { ...view(), limits: null, contract: null, approval: null };
    const known = Object.values(CASES).map(([fact]) => fact);
    expect(known.filter((fact) => !isReadable(fact, approvedBy([])))).toEqual([]);
    const unreadable = known.filter((fact) => !isReadable(fact, blind));
    expect(
      unreadable
        .map((fact) => whyNot(fact, blind))
        .every((reason) => /not read|cannot be read/.test(`${reason}`)),
    ).toBe(true);
    expect(known.length - unreadable.length).toBe(13);
    expect(isReadable({ kind: 'any-of', facts: [{ kind: 'registrar-locked' }, ...unreadable] }, blind)).toBe(
      false,
    );
  });

  it('is met by an approval of the contract also where an older plan does not say whose', () => {
    const fact: ChainFact = { kind: 'approval-pending', multisig: MULTISIG, callHash: hash('ca') };
    expect(holds(fact, pendingBy(DERIVED))).toBe(true);
    expect(holds(fact, pendingBy(hash('e1')))).toBe(false);
  });

  it('is overtaken when its attempt was sent, and when its round is over', () => {
    const { roundId } = ROUND;
    const fact: ChainFact = { kind: 'decision-overtaken', decision: hash('1e'), roundId, attempt: 1 };
    expect([0, 1, 2].map((attempt) => holds(fact, view({ round: { attempt } })))).toEqual([
      false,
      false,
      true,
    ]);
    expect(holds(fact, view({ round: { over: true } }))).toBe(true);
  });

  it('of several is enough, and without any all reasons are told', () => {
    const fact: ChainFact = {
      kind: 'any-of',
      facts: [{ kind: 'registrar-locked' }, { kind: 'code-is', codeHash: CODE }],
    };
    expect(whyNot(fact, view())).toBeNull();
    expect(whyNot(fact, view({ para: { currentCodeHash: OTHER_CODE } }))).toMatch(
      /not locked, and the relay stores code/,
    );
  });
});

describe('the obstacles of a plan', () => {
  const call = { method: 'registrar.addLock', signer: MANAGER };
  const step = { id: 'lock-again', title: 'lock', while: [], expectedBlocks: 1 } as const;

  it('are told once, however many facts come to the same', () => {
    const facts: ChainFact[] = [
      { kind: 'registrar-manager-is', account: MANAGER },
      { kind: 'registrar-unlocked' },
      { kind: 'multisig-acts-for-manager', multisig: MULTISIG },
    ];
    expect(obstacles(facts, unregistered)).toHaveLength(1);
  });

  it('are not what an earlier step brings about, nor of what is done already', () => {
    const first = { ...step, call, before: [], after: [{ kind: 'registrar-locked' } as const] };
    const needs = {
      ...step,
      call,
      before: [{ kind: 'registrar-locked' } as const],
      after: [{ kind: 'code-is', codeHash: OTHER_CODE } as const],
    };
    expect(planObstacles([first, needs], view())).toEqual([]);
    expect(planObstacles([needs], view())).toEqual(['the para is not locked']);
    const done = { ...needs, after: [{ kind: 'code-is', codeHash: CODE } as const] };
    expect(planObstacles([done], view())).toEqual([]);
  });

  it('count a code that is scheduled already: it came there without the decision', () => {
    const schedule = {
      ...step,
      call,
      before: [{ kind: 'no-upgrade-pending' } as const],
      after: [{ kind: 'code-scheduled-or-current', codeHash: OTHER_CODE } as const],
    };
    expect(planObstacles([schedule], view({ para: { futureCodeHash: OTHER_CODE } }))).toEqual([
      expect.stringContaining('already pending'),
    ]);
  });
});
