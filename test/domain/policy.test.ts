import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import { policyConcerns, policyObstacles } from '../../src/domain/policy/policy-obstacles.ts';
import { lastingObstacles } from '../../src/domain/readiness/finding.ts';
import { upgradeFindings } from '../../src/domain/readiness/upgrade-findings.ts';
import type { Hex } from '../../src/domain/units.ts';
import { GENESIS, hash, healthyPara, LIMITS, MANAGER, policyFor } from './observations.ts';

const issuesOf = (change: Record<string, unknown>): string[] => {
  const { error } = policySchema.safeParse({ ...policyFor(), ...change });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

/** blake2-256 by Python's hashlib over `json.dumps(sort_keys=True, separators=(',', ':'))`, defaults filled in. */
const STORED_POLICY_HASH = '0xe5ea0b706005d50c84c8e327f00f7ddb4a6d3864b8200b95d3cd9fd26a8bfba5';

describe('policy hash', () => {
  it('of the stored policy is what managers have signed', () => {
    const stored: unknown = JSON.parse(
      readFileSync(new URL('../fixtures/policy.json', import.meta.url), 'utf8'),
    );
    expect(policyHash(policySchema.parse(stored))).toBe(STORED_POLICY_HASH);
  });

  it('does not depend on the order of keys, nor on whether defaults were written out', () => {
    const policy = policyFor();
    const reordered = policySchema.parse(Object.fromEntries(Object.entries(policy).toReversed()));
    expect(policyHash(reordered)).toBe(policyHash(policy));
    expect(policyHash(policyFor({ excluded: [], recovery: { lockAgain: true, heads: 3 } }))).toBe(
      policyHash(policy),
    );
  });

  it('changes with every part of the policy', () => {
    const changes = [
      { relayGenesis: hash('a1') },
      { para: 2001 },
      { stall: { gapBlocks: 101, graceBlocks: 50 } },
      { proposers: { minimumPower: '1001' } },
      { power: [{ adapter: 'system-account', weight: 2 }] },
      { excluded: [{ account: MANAGER, reason: 'x' }] },
      { voting: { ...policyFor().voting, quorum: '21%' } },
      { recovery: { heads: 4 } },
    ];
    const hashes = [{}, ...changes].map((change) => policyHash(policyFor(change)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('policy schema', () => {
  it.each([
    ['0%', true],
    ['100%', true],
    ['100.0000%', true],
    ['66.6667%', true],
    ['100.0001%', false],
    ['101%', false],
    ['66.66667%', false],
    ['-1%', false],
    ['.5%', false],
    ['50', false],
    ['50%\n', false],
    ['٥%', false],
  ])('takes %j as a percentage: %s', (quorum, valid) => {
    expect(issuesOf({ voting: { ...policyFor().voting, quorum } }).length === 0).toBe(valid);
  });

  it.each([
    [
      'shortest above longest voting time',
      { voting: { ...policyFor().voting, shortestBlocks: 21 } },
      'voting.shortestBlocks',
    ],
    ['nobody who may propose', { proposers: {} }, 'proposers'],
    [
      'an account excluded twice',
      {
        excluded: [
          { account: MANAGER, reason: 'a' },
          { account: MANAGER, reason: 'b' },
        ],
      },
      'excluded.1.account',
    ],
    [
      'a balance counted twice',
      { power: [{ adapter: 'system-account' }, { adapter: 'system-account', count: ['reserved'] }] },
      'power.1.count',
    ],
    [
      'a part counted twice in one source',
      { power: [{ adapter: 'system-account', count: ['free', 'free'] }] },
      'power.0.count',
    ],
    [
      'an asset counted twice',
      {
        power: [
          { adapter: 'assets', asset: 7 },
          { adapter: 'assets', asset: 7, weight: 2 },
        ],
      },
      'power.1',
    ],
    ['an unknown adapter', { power: [{ adapter: 'asset', asset: 7 }] }, 'power.0.adapter'],
    [
      'an option of another adapter',
      { power: [{ adapter: 'assets', asset: 7, count: ['free'] }] },
      'power.0',
    ],
    [
      'an endorser named twice',
      { endorsement: { accounts: [MANAGER, MANAGER], threshold: 1, shortestBlocks: 1 } },
      'endorsement.accounts.1',
    ],
    [
      'more endorsements than members',
      { endorsement: { accounts: [MANAGER], threshold: 2, shortestBlocks: 1 } },
      'endorsement.threshold',
    ],
    [
      'an endorsement that shortens nothing',
      { endorsement: { accounts: [MANAGER], threshold: 1, shortestBlocks: 1000 } },
      'endorsement.shortestBlocks',
    ],
    [
      'accounts of two kinds',
      {
        excluded: [
          { account: MANAGER, reason: 'a' },
          { account: `0x${'11'.repeat(20)}`, reason: 'b' },
        ],
      },
      'excluded',
    ],
    ['an unknown key', { endorsers: [] }, ''],
    ['an upper-case account', { proposers: { accounts: [`0x${'AA'.repeat(32)}`] } }, 'proposers.accounts.0'],
  ])('refuses %s', (_name, change, path) => {
    expect(issuesOf(change).map((issue) => issue.split(': ')[0])).toEqual([path]);
  });

  it('checks ten thousand exclusions without delay', () => {
    const excluded = Array.from({ length: 10_000 }, (_, index) => ({
      account: `0x${index.toString(16).padStart(64, '0')}`,
      reason: 'x',
    }));
    const started = performance.now();
    expect(issuesOf({ excluded })).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('parses what it gave to the same policy', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat({ max: 0xffff_ffff }), (quorum, para) => {
        const text = `${Math.floor(quorum / 10_000)}.${String(quorum % 10_000).padStart(4, '0')}%`;
        const policy = policyFor({ para, voting: { ...policyFor().voting, quorum: text } });
        expect(policySchema.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
      }),
    );
  });
});

describe('rescue contract of a policy', () => {
  const terms = {
    genesis: hash('91'),
    chain: 1000,
    address: `0x${'1a'.repeat(20)}`,
    operators: [hash('e1'), hash('e2')],
    fee: '10000000000',
  };
  const both = { routes: ['contract', 'registrar'], contract: terms };

  it('is taken as it is, and is part of what the para opts in with', () => {
    const policy = policyFor(both);
    expect(policy.contract).toEqual(terms);
    const hashes = [
      both,
      { ...both, routes: ['registrar', 'contract'] },
      ...Object.entries({
        genesis: hash('92'),
        chain: 1001,
        address: `0x${'1b'.repeat(20)}`,
        operators: [hash('e1')],
        fee: '1',
      }).map(([name, value]) => ({ ...both, contract: { ...terms, [name]: value } })),
    ].map((change) => policyHash(policyFor(change)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('may be named without being used', () => {
    expect(issuesOf({ contract: terms })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['is missing for its route', { routes: ['contract'] }, 'contract: is missing'],
    ['has no operator', { ...both, contract: { ...terms, operators: [] } }, 'contract.operators: '],
    [
      'names an operator twice',
      { ...both, contract: { ...terms, operators: [hash('e1'), hash('e2'), hash('e1')] } },
      'contract.operators.2: is named twice',
    ],
    [
      'has an operator with 20 bytes',
      { ...both, contract: { ...terms, operators: [`0x${'e1'.repeat(20)}`] } },
      'contract.operators.0: ',
    ],
    [
      'has an address in mixed case',
      { ...both, contract: { ...terms, address: `0x${'1A'.repeat(20)}` } },
      'contract.address: ',
    ],
    ['has a fee as a number', { ...both, contract: { ...terms, fee: 1 } }, 'contract.fee: '],
    ['has a fee below zero', { ...both, contract: { ...terms, fee: '-1' } }, 'contract.fee: '],
    ['has a member too many', { ...both, contract: { ...terms, owner: hash('01') } }, 'contract: '],
  ])('is refused when it %s', (_name, change, issue) => {
    expect(issuesOf(change)).toEqual([expect.stringContaining(issue)]);
  });

  it('cannot be two routes', () => {
    expect(issuesOf({ ...both, routes: ['contract', 'registrar', 'contract'] })).toEqual([
      'routes.2: is named twice',
    ]);
  });
});

describe('obstacles of a policy', () => {
  type Electors = NonNullable<Parameters<typeof policyObstacles>[1]['electors']>;
  const electorsOf = (electorate: bigint): Electors => ({ electorate, collators: null });
  const base = {
    relayGenesis: GENESIS,
    observation: healthyPara(),
    limits: LIMITS,
    electors: electorsOf(10_000n),
  };
  /** With what the route of the policy says of its prospects. */
  const at = (change: Partial<typeof base> = {}) => {
    const { limits, ...rest } = { ...base, ...change };
    const facts = { observation: rest.observation, limits, policy: policyFor(), cooldownCost: undefined };
    const token = { symbol: 'UNIT', decimals: 12 };
    const prospects = lastingObstacles(upgradeFindings({ ...facts, token })).map(({ sentence }) => sentence);
    return { ...rest, prospects };
  };

  it('are none for a live, unlocked para on a modern relay', () => {
    expect(policyObstacles(policyFor(), at())).toEqual([]);
    const { electors: _, ...unproven } = at();
    expect(policyObstacles(policyFor(), unproven)).toEqual([]);
  });

  it('are none because of what passes by itself: a pending upgrade, a missing core, a cooldown', () => {
    const observation = healthyPara({
      futureCodeHash: hash('f0'),
      hasCore: false,
      upgradeRestriction: 'Present',
    });
    expect(policyObstacles(policyFor(), at({ observation }))).toEqual([]);
  });

  it.each([
    ['another relay chain', {}, { relayGenesis: hash('a1') }, 'genesis'],
    ['another para', {}, { observation: healthyPara({ paraId: 7 }) }, 'para 7'],
    [
      'a locked para',
      {},
      { observation: healthyPara({ registrar: { manager: MANAGER, deposit: 0n, locked: true } }) },
      'locked',
    ],
    [
      'a head that is no header',
      {},
      { observation: healthyPara({ headData: `0x${'00'.repeat(72)}`, head: null }) },
      'no Substrate header',
    ],
    ['a para without a manager', {}, { observation: healthyPara({ registrar: null }) }, 'no manager'],
    [
      'a relay without the registrar',
      {},
      { observation: healthyPara({ registrar: undefined }) },
      'no registrar pallet',
    ],
    ['a para that is not live', {}, { observation: healthyPara({ lifecycle: null }) }, 'not registered'],
    [
      'a relay with the old upgrade rule',
      {},
      { limits: { ...LIMITS, appliesAtExpectedBlock: false } },
      'next included head',
    ],
    ['a gap that healthy paras reach', { stall: { gapBlocks: 4, graceBlocks: 0 } }, {}, 'gapBlocks is 4'],
    ['an electorate of nobody', {}, { electors: electorsOf(0n) }, 'nobody could vote'],
    [
      'a list of collators that names nobody',
      { collators: { sets: ['Session.Validators'], threshold: '3/4', decide: 'alone' } },
      { electors: { electorate: 0n, collators: { members: new Set<Hex>() } } },
      'Session.Validators of the para names no collator',
    ],
    ['a power to propose that nobody has', {}, { electors: electorsOf(999n) }, 'nobody could propose'],
  ])('name %s', (_name, policy, surroundings, words) => {
    const obstacles = policyObstacles(policyFor(policy), at(surroundings));
    expect(obstacles).toHaveLength(1);
    expect(obstacles[0]).toContain(words);
  });

  it('are told all at once', () => {
    const observation = healthyPara({ paraId: 7, lifecycle: null, registrar: null });
    expect(policyObstacles(policyFor(), at({ observation, electors: electorsOf(0n) }))).toHaveLength(4);
  });

  it('do not hold an unlocked para whose lock was never set against it', () => {
    const registrar = { manager: MANAGER, deposit: 0n, locked: null };
    expect(policyObstacles(policyFor(), at({ observation: healthyPara({ registrar }) }))).toEqual([]);
  });

  it('are not the same as concerns, which name what is allowed but unwise', () => {
    const policy = policyFor({
      stall: { gapBlocks: 50, graceBlocks: 0 },
      voting: { ...policyFor().voting, quorum: '0%', lateQuorumExtensionBlocks: 0 },
    });
    expect(policyObstacles(policy, at())).toEqual([]);
    expect(policyConcerns(policy)).toHaveLength(3);
  });
});
