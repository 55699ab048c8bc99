import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { type Policy, policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import { policyConcerns } from '../../src/domain/policy/policy-obstacles.ts';
import { policySentences } from '../../src/domain/policy/policy-sentences.ts';
import { type MapKey, storageKey, storagePrefix } from '../../src/proof/storage-key.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { censusPrefixes } from '../../src/voting/census/prefixes.ts';
import { electorateAt, powerAt, powerKeys } from '../../src/voting/power/account-power.ts';
import { systemAccountKey, totalIssuanceKey } from '../../src/voting/power/adapters/system-account.ts';
import { readPowerLayout } from '../../src/voting/power/layout/metadata-layout.ts';
import {
  type ItemLayout,
  type PowerLayout,
  STANDARD_LAYOUT,
} from '../../src/voting/power/layout/power-layout.ts';
import type { Shape } from '../../src/voting/power/layout/shape.ts';
import { collectElectorate, collectPower, provePower } from '../../src/voting/power/proven-power.ts';
import { accountInfo } from './account-info.ts';
import { samplePolicy } from './evidence-sample.ts';
import { embeddedMetadata, hasSpec, specMetadata } from './runtime-metadata.ts';

const MOST = (1n << 128n) - 1n;
const VOTER = new Uint8Array(32).fill(0x11);
const POOL = new Uint8Array(32).fill(0x77);
const u128: Shape = { kind: 'uint', bytes: 16 };
const u32: Shape = { kind: 'uint', bytes: 4 };
const accountId: Shape = { kind: 'bytes', length: 32 };
const big = (amount: bigint) => encodeLittle(amount, 16);

function policyOf(power: object[], excluded: Policy['excluded'] = []): Policy {
  return policySchema.parse({ ...samplePolicy, power, excluded });
}

type Entry = readonly [Uint8Array, Uint8Array];
function stateOf(entries: readonly Entry[]) {
  const values = new Map(entries.map(([key, value]) => [toHex(key), value]));
  const trie = buildTrie([[Uint8Array.of(9), Uint8Array.of(9)], ...entries], 1);
  return {
    get: (key: Uint8Array) => values.get(toHex(key)) ?? null,
    root: toHex(trie.root),
    fetch: async (keys: readonly Uint8Array[]) => trie.prove(keys),
    prove: trie.prove,
  };
}

/** Currencies of Bifrost: `Token2(0)` is DOT, `VToken2(0)` is vDOT. */
const [DOT, VDOT] = [Uint8Array.of(8, 0), Uint8Array.of(9, 0)];
const CURRENCY = { hasher: 'Twox64Concat', bytes: null, number: false } as const;
const ACCOUNT = { hasher: 'Blake2_128Concat', bytes: 32, number: false } as const;
const item = (name: string, keys: ItemLayout['keys'], value: Shape): [string, ItemLayout] => {
  const [prefix = '', of = ''] = name.split('.');
  return [name, { prefix, item: of, keys, value, absent: null }];
};
const balances: Shape = {
  kind: 'struct',
  fields: ['free', 'reserved', 'frozen'].map((name) => [name, u128]),
};
const bifrost: PowerLayout = {
  version: 1,
  accountBytes: 32,
  items: {
    ...STANDARD_LAYOUT.items,
    ...Object.fromEntries([
      item('Tokens.Accounts', [ACCOUNT, CURRENCY], balances),
      item('Tokens.TotalIssuance', [CURRENCY], u128),
      item('VtokenMinting.TokenPool', [CURRENCY], u128),
    ]),
  },
};
const twox = (key: Uint8Array): MapKey => ({ hasher: 'Twox64Concat', key });
const blake = (key: Uint8Array): MapKey => ({ hasher: 'Blake2_128Concat', key });
const vDot = {
  adapter: 'tokens',
  currency: toHex(VDOT),
  rate: {
    numerator: { item: 'VtokenMinting.TokenPool', keys: [toHex(DOT)] },
    denominator: { item: 'Tokens.TotalIssuance', keys: [toHex(VDOT)] },
  },
};

/** A voter with so many vDOT, of so many, that so many DOT stand behind. */
function vDotState(held: bigint, issued: bigint | null, behind: bigint | null) {
  return stateOf([
    [storageKey('Tokens', 'Accounts', blake(VOTER), twox(VDOT)), concatBytes(big(held), big(0n), big(0n))],
    ...(issued === null ? [] : [[storageKey('Tokens', 'TotalIssuance', twox(VDOT)), big(issued)] as const]),
    ...(behind === null ? [] : [[storageKey('VtokenMinting', 'TokenPool', twox(DOT)), big(behind)] as const]),
  ]);
}

describe('a token that counts by a proven rate', () => {
  const policy = policyOf([vDot]);
  const powerIn = (state: ReturnType<typeof stateOf>) => powerAt(policy, toHex(VOTER), state.get, bifrost);

  it('weighs what stands behind it, rounded down, never more together than there is', () => {
    const amount = fc.bigInt({ min: 1n, max: 1n << 90n });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 5 }), amount, (held, behind) => {
        const issued = held.reduce((sum, one) => sum + one, 0n);
        const powers = held.map((one) => powerIn(vDotState(one, issued, behind)));
        for (const [index, power] of powers.entries()) {
          const exact = (held[index] ?? 0n) * behind;
          expect(power * issued).toBeLessThanOrEqual(exact);
          expect((power + 1n) * issued).toBeGreaterThan(exact);
        }
        const electorate = electorateAt(policy, vDotState(1n, issued, behind).get, bifrost);
        expect(powers.reduce((sum, one) => sum + one, 0n)).toBeLessThanOrEqual(electorate);
        expect(electorate).toBe(behind);
      }),
    );
  });

  it('is read with proof, account and rate in one', async () => {
    const state = vDotState(1_000n, 3_000n, 4_000n);
    const proven = await collectPower(policy, toHex(VOTER), state.root, state.fetch, bifrost);
    expect(proven.power).toBe(1_333n);
    expect(proven.keys).toHaveLength(3);
    const { electorate } = await collectElectorate(policy, state.root, state.fetch, bifrost);
    expect(electorate).toBe(4_000n);
  });

  it('is refused when rate and balance are proven under another root', () => {
    const [here, there] = [vDotState(1_000n, 3_000n, 4_000n), vDotState(1_000n, 3_000n, 9_000n)];
    const keys = powerKeys(policy, toHex(VOTER), bifrost);
    const [balance = [], rate = []] = [keys.slice(0, 1), keys.slice(1)];
    const mixed = [...here.prove(balance), ...there.prove(rate)];
    expect(() => provePower(policy, toHex(VOTER), here.root, mixed, bifrost)).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
  });

  it.each<[string, ReturnType<typeof vDotState>, RegExp, 'electorate too' | 'this account']>([
    [
      'stands for nothing',
      vDotState(5n, 3n, 0n),
      /VtokenMinting\.TokenPool\(0x0800\) is zero or missing/,
      'electorate too',
    ],
    [
      'has no rate stored',
      vDotState(5n, 3n, null),
      /VtokenMinting\.TokenPool\(0x0800\) is zero or missing/,
      'electorate too',
    ],
    [
      'would be divided by zero',
      vDotState(5n, 0n, 4n),
      /Tokens\.TotalIssuance\(0x0900\) is zero or missing/,
      'electorate too',
    ],
    [
      'is divided by nothing',
      vDotState(5n, null, 4n),
      /Tokens\.TotalIssuance\(0x0900\) is zero or missing/,
      'electorate too',
    ],
    ['stands for more than there can be', vDotState(MOST, 1n, MOST), /stand for/, 'this account'],
    ['just passes what there can be', vDotState(MOST, MOST - 1n, MOST), /stand for/, 'this account'],
  ])('is refused, and not counted as zero, when it %s', (_what, state, message, whom) => {
    const refusal = expect.objectContaining({
      code: 'RESCUE_POLICY_UNEXECUTABLE',
      message: expect.stringMatching(message),
    });
    expect(() => powerIn(state)).toThrow(refusal);
    if (whom === 'electorate too') expect(() => electorateAt(policy, state.get, bifrost)).toThrow(refusal);
  });

  it('takes the largest numbers exactly', () => {
    expect(powerIn(vDotState(MOST, MOST, MOST))).toBe(MOST);
    expect(powerIn(vDotState(MOST - 1n, MOST, MOST))).toBe(MOST - 1n);
  });

  it('has an electorate of its own beside the token that stands behind it, which is exact when its holder is excluded', () => {
    const entries: Entry[] = [
      [totalIssuanceKey(), big(10_000n)],
      [systemAccountKey(POOL), accountInfo({ free: 4_000n })],
      [storageKey('Tokens', 'TotalIssuance', twox(VDOT)), big(3_000n)],
      [storageKey('VtokenMinting', 'TokenPool', twox(DOT)), big(4_000n)],
    ];
    const { get } = stateOf(entries);
    const both = [{ adapter: 'system-account' }, vDot];
    expect(electorateAt(policyOf(both), get, bifrost)).toBe(14_000n);
    const excluded = [{ account: toHex(POOL), reason: 'holds what stands behind vDOT' }];
    expect(electorateAt(policyOf(both, excluded), get, bifrost)).toBe(10_000n);
    expect(policyConcerns(policyOf(both)).join()).toMatch(/exclude the account that holds/);
  });

  it('is counted by itself where only a part of its balance has the rate', () => {
    const parts = policyOf([
      { ...vDot, count: ['free'] },
      { adapter: 'tokens', currency: toHex(VDOT), count: ['reserved'] },
    ]);
    expect(electorateAt(parts, vDotState(1n, 3_000n, 4_000n).get, bifrost)).toBe(7_000n);
  });

  it('is archived with its rate, and said in words', () => {
    const prefixes = censusPrefixes(policy, bifrost).map(toHex);
    expect(prefixes).toContain(toHex(storageKey('VtokenMinting', 'TokenPool', twox(DOT))));
    const words = { amount: String, blocks: String, number: String, symbol: 'BNC' };
    expect(policySentences(policy, words).join()).toContain(
      'currency 0x0900 in Tokens at the rate of VtokenMinting.TokenPool(0x0800) to Tokens.TotalIssuance(0x0900)',
    );
  });

  it('changes no hash of a policy that has none', () => {
    const plain = { adapter: 'tokens', currency: 5 };
    expect(policyHash(policyOf([plain]))).toBe(
      '0xf0535fb99ac96a1973eb2f7588fa683b9e9cc2379de27bed112d8f27a84e1dc3',
    );
    expect(policyHash(policyOf([{ ...plain, rate: vDot.rate }]))).not.toBe(policyHash(policyOf([plain])));
  });
});

describe('shares of a pool on the embedded para', () => {
  const share = {
    adapter: 'assets',
    asset: 7,
    rate: {
      numerator: { item: 'System.Account', keys: [toHex(POOL)], field: 'data.free' },
      denominator: { item: 'Assets.Asset', keys: [7], field: 'supply' },
    },
  };
  let layout: PowerLayout;
  beforeAll(async () => {
    layout = await readPowerLayout(await embeddedMetadata('para-good'), policyOf([share]));
  });

  it('weigh what the pool holds of the native token', async () => {
    const id = encodeLittle(7, 4);
    const details = concatBytes(new Uint8Array(128), big(300n), big(0n), big(1n), new Uint8Array(14));
    const state = stateOf([
      [storageKey('Assets', 'Asset', blake(id)), details],
      [storageKey('Assets', 'Account', blake(id), blake(VOTER)), concatBytes(big(100n), Uint8Array.of(0, 0))],
      [systemAccountKey(POOL), accountInfo({ free: 1_000n, reserved: 77n })],
    ]);
    const { power } = await collectPower(policyOf([share]), toHex(VOTER), state.root, state.fetch, layout);
    expect(power).toBe(333n);
  });

  it('are refused, each with what is wrong, where a rate does not fit the para', async () => {
    const numerators = [
      { item: 'Pools.Reserves', keys: [] },
      { item: 'System.Account', keys: [] },
      { item: 'System.Account', keys: [7], field: 'data.free' },
      { item: 'System.Account', keys: [toHex(POOL)] },
    ];
    const wrong = policyOf(
      numerators.map((numerator, asset) => ({ ...share, asset, rate: { ...share.rate, numerator } })),
    );
    const error = await readPowerLayout(await embeddedMetadata('para-good'), wrong).catch(String);
    for (const words of [
      /no pallet Pools/,
      /System\.Account has 1 keys where the adapter expects 0/,
      /System\.Account is 32 bytes, which cannot be the number 7/,
      /value of System\.Account should have an amount/,
    ]) {
      expect(error).toMatch(words);
    }
  });
});

describe("a member's share of a nomination pool", () => {
  const pools = { adapter: 'nomination-pools' };
  const policy = policyOf([{ adapter: 'system-account' }, pools]);
  const struct = (fields: Record<string, Shape>): Shape => ({
    kind: 'struct',
    fields: Object.entries(fields),
  });
  const layout: PowerLayout = {
    ...STANDARD_LAYOUT,
    items: {
      ...STANDARD_LAYOUT.items,
      ...Object.fromEntries([
        item(
          'NominationPools.PoolMembers',
          [{ hasher: 'Twox64Concat', bytes: 32, number: false }],
          struct({ pool_id: u32, points: u128 }),
        ),
        item(
          'NominationPools.BondedPools',
          [{ hasher: 'Twox64Concat', bytes: 4, number: true }],
          struct({ points: u128 }),
        ),
        item(
          'Staking.Ledger',
          [ACCOUNT],
          struct({ stash: accountId, total: { kind: 'compact' }, active: { kind: 'compact' } }),
        ),
      ]),
    },
  };
  const pool = encodeLittle(12, 4);
  /** `modl`, the pallet's id, the kind of account (0: bonded) and the pool. */
  const stash = new Uint8Array(32);
  stash.set(concatBytes(encodeText('modlpy/nopls'), Uint8Array.of(0), pool));

  function state(
    change: { points?: bigint; all?: bigint; active?: number; held?: bigint; of?: Uint8Array } = {},
  ) {
    const { points = 100n, all = 300n, active = 900, held = 1_000n, of = stash } = change;
    return stateOf([
      [totalIssuanceKey(), big(10_000n)],
      [systemAccountKey(VOTER), accountInfo({ free: 5n })],
      [systemAccountKey(stash), accountInfo({ free: held })],
      [storageKey('NominationPools', 'PoolMembers', twox(VOTER)), concatBytes(pool, big(points))],
      [storageKey('NominationPools', 'BondedPools', twox(pool)), big(all)],
      [
        storageKey('Staking', 'Ledger', blake(stash)),
        concatBytes(of, encodeCompact(active), encodeCompact(active)),
      ],
    ]);
  }

  it('is proven by way of the pool that the member is in', async () => {
    const { root, fetch } = state();
    const proven = await collectPower(policy, toHex(VOTER), root, fetch, layout);
    expect(proven.power).toBe(305n);
    expect(await collectElectorate(policy, root, fetch, layout)).toMatchObject({ electorate: 10_000n });
  });

  it.each<[string, Parameters<typeof state>[0], bigint]>([
    ['rounded down', { points: 1n, all: 7n, active: 20 }, 5n + 2n],
    ['at most what the account of the pool holds', { held: 30n }, 5n + 10n],
    ['nothing where the stake is left with the members', { held: 0n }, 5n],
    ['nothing of a pool without points', { all: 0n }, 5n],
    ['nothing of more points than the pool has', { points: 301n }, 5n],
    ['nothing where the ledger is of somebody else', { of: VOTER }, 5n],
  ])('is %s', (_what, change, power) => {
    expect(powerAt(policy, toHex(VOTER), state(change).get, layout)).toBe(power);
  });

  it('is archived with all pools and their ledgers', () => {
    const prefixes = censusPrefixes(policyOf([pools]), layout).map(toHex);
    for (const [pallet, name] of [
      ['NominationPools', 'PoolMembers'],
      ['NominationPools', 'BondedPools'],
      ['Staking', 'Ledger'],
      ['System', 'Account'],
    ] as const) {
      expect(prefixes).toContain(toHex(storagePrefix(pallet, name)));
    }
  });

  it.skipIf(!hasSpec('kusama-local.json'))('fits pools that hold the stake themselves', async () => {
    const found = await readPowerLayout(specMetadata('kusama-local.json'), policy);
    expect(Object.keys(found.items)).toContain('NominationPools.BondedPools');
  });

  it.skipIf(!hasSpec('asset-hub-westend-local.json'))(
    'is refused where members keep it, whose delegations and holds count instead',
    async () => {
      const metadata = specMetadata('asset-hub-westend-local.json');
      await expect(readPowerLayout(metadata, policy)).rejects.toThrow(/DelegatedStaking\.Delegators/);
      const delegated = policyOf([
        { adapter: 'account-map', pallet: 'DelegatedStaking', item: 'Delegators', field: 'amount' },
        { adapter: 'balance-holds', reasons: ['DelegatedStaking.StakingDelegation'] },
      ]);
      expect(Object.keys((await readPowerLayout(metadata, delegated)).items)).toContain(
        'DelegatedStaking.Delegators',
      );
    },
  );
});
