import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { palletAccount } from '../../src/domain/account-names.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';
import { storageKey } from '../../src/proof/storage-key.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { electorateAt, electorateKeys, powerAt, powerKeys } from '../../src/voting/power/account-power.ts';
import {
  type ItemLayout,
  type PowerLayout,
  STANDARD_LAYOUT,
} from '../../src/voting/power/layout/power-layout.ts';
import type { Shape } from '../../src/voting/power/layout/shape.ts';
import { collectElectorate, collectPower, provePower } from '../../src/voting/power/proven-power.ts';
import { accountInfo } from './account-info.ts';

const u32: Shape = { kind: 'uint', bytes: 4 };
const u128: Shape = { kind: 'uint', bytes: 16 };
const accountId: Shape = { kind: 'bytes', length: 32 };
const compact: Shape = { kind: 'compact' };
const struct = (fields: Record<string, Shape>): Shape => ({ kind: 'struct', fields: Object.entries(fields) });
const words = (...names: string[]): Shape => ({
  kind: 'enum',
  variants: names.map((name, index) => [index, name, struct({})] as const),
});

const ACCOUNT = { hasher: 'Blake2_128Concat', bytes: 32, number: false } as const;
const ASSET = { hasher: 'Twox64Concat', bytes: 4, number: true } as const;
function item(name: string, keys: ItemLayout['keys'], value: Shape): [string, ItemLayout] {
  const [prefix = '', itemName = ''] = name.split('.');
  return [name, { prefix, item: itemName, keys, value, absent: null }];
}
const reason: Shape = {
  kind: 'enum',
  variants: [
    [3, 'Staking', words('Staking')],
    [7, 'Preimage', words('Preimage')],
  ],
};
const layout: PowerLayout = {
  version: 1,
  accountBytes: 32,
  items: {
    ...STANDARD_LAYOUT.items,
    ...Object.fromEntries([
      item('Balances.Holds', [ACCOUNT], { kind: 'list', of: struct({ id: reason, amount: u128 }) }),
      item('Balances.Locks', [ACCOUNT], {
        kind: 'list',
        of: struct({ id: { kind: 'bytes', length: 8 }, amount: u128, reasons: words('Fee', 'Misc', 'All') }),
      }),
      item(
        'Assets.Account',
        [ASSET, ACCOUNT],
        struct({ balance: u128, status: words('Liquid', 'Frozen', 'Blocked') }),
      ),
      item('Assets.Asset', [ASSET], struct({ supply: u128 })),
      item('AssetsHolder.BalancesOnHold', [ASSET, ACCOUNT], u128),
      item('Tokens.Accounts', [ACCOUNT, ASSET], struct({ free: u128, reserved: u128, frozen: u128 })),
      item('Tokens.TotalIssuance', [ASSET], u128),
      item('Staking.Bonded', [ACCOUNT], accountId),
      item('Staking.Ledger', [ACCOUNT], struct({ stash: accountId, total: compact, active: compact })),
      item('ParachainStaking.DelegatorState', [ACCOUNT], struct({ id: accountId, total: u128 })),
      item('System.Number', [], u32),
      item('Vesting.Vesting', [ACCOUNT], {
        kind: 'list',
        of: struct({ locked: u128, per_block: u128, starting_block: u32 }),
      }),
    ]),
  },
};
const { 'Vesting.Vesting': _, ...withoutVesting } = layout.items;
const ormlLayout: PowerLayout = {
  ...layout,
  items: {
    ...withoutVesting,
    ...Object.fromEntries([
      item('Vesting.VestingSchedules', [ACCOUNT], {
        kind: 'list',
        of: struct({ start: u32, period: u32, period_count: u32, per_period: compact }),
      }),
    ]),
  },
};

const VOTER = new Uint8Array(32).fill(0x11);
const OTHER = new Uint8Array(32).fill(0x22);
const big = (amount: bigint) => encodeLittle(amount, 16);
const small = (amount: number) => encodeLittle(amount, 4);
const cat = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const ASSET_7 = small(7);

/** Storage of a para: pairs of an item with its keys, and a value. */
function storage(...entries: (readonly [name: string, keys: readonly Uint8Array[], value: Uint8Array])[]) {
  const items = { ...ormlLayout.items, ...layout.items };
  return entries.map(([name, keys, value]) => {
    const { prefix, item: itemName, keys: hashers } = items[name] ?? { prefix: '', item: '', keys: [] };
    const mapKeys = keys.map((key, index) => ({ hasher: hashers[index]?.hasher ?? ACCOUNT.hasher, key }));
    return [storageKey(prefix, itemName, ...mapKeys), value] as const;
  });
}
function rules(power: object[], excluded: Policy['excluded'] = []) {
  return { power: policySchema.shape.power.parse(power), excluded };
}
function powerOf(source: object, entries: ReturnType<typeof storage>, by = layout): bigint {
  const values = new Map(entries.map(([key, value]) => [toHex(key), value]));
  return powerAt(rules([source]), toHex(VOTER), (key) => values.get(toHex(key)) ?? null, by);
}

describe('frozen balance of an account', () => {
  const account = (balance: Parameters<typeof accountInfo>[0]) =>
    storage(['System.Account', [VOTER], accountInfo(balance)]);

  it.each([
    [{ free: 100n, reserved: 0n, frozen: 30n }, 70n],
    [{ free: 100n, reserved: 20n, frozen: 30n }, 90n],
    [{ free: 100n, reserved: 40n, frozen: 30n }, 100n],
    [{ free: 100n, reserved: 0n, frozen: 300n }, 0n],
  ])('%o leaves %i of free to count, when left out', (balance, power) => {
    const source = { adapter: 'system-account', count: ['free'] };
    expect(powerOf({ ...source, frozen: 'left-out' }, account(balance))).toBe(power);
    expect(powerOf({ ...source, frozen: 'counted' }, account(balance))).toBe(100n);
    expect(powerOf(source, account(balance))).toBe(100n);
  });

  it('is the larger of misc_frozen and fee_frozen on older chains', () => {
    const parts = { free: u128, reserved: u128, misc_frozen: u128, fee_frozen: u128 };
    const [name, older] = item('System.Account', [ACCOUNT], struct({ nonce: u32, data: struct(parts) }));
    const by = { ...layout, items: { ...layout.items, [name]: older } };
    const value = cat(small(0), big(100n), big(50n), big(30n), big(40n));
    const source = { adapter: 'system-account', count: ['free'], frozen: 'left-out' };
    expect(powerOf(source, storage(['System.Account', [VOTER], value]), by)).toBe(60n);
  });
});

describe('parts of the native balance', () => {
  const hold = (pallet: number, amount: bigint) => cat(Uint8Array.of(pallet, 0), big(amount));
  const holds = storage(['Balances.Holds', [VOTER], cat(encodeCompact(2), hold(3, 60n), hold(7, 5n))]);

  it('on hold are summed, over all reasons or those named', () => {
    expect(powerOf({ adapter: 'balance-holds' }, holds)).toBe(65n);
    expect(powerOf({ adapter: 'balance-holds', reasons: ['Staking.Staking'] }, holds)).toBe(60n);
  });

  it('that are locked lie over one another, and end with the balance', () => {
    const lock = (id: string, amount: bigint) =>
      cat(new TextEncoder().encode(id), big(amount), Uint8Array.of(2));
    const locks = (free: bigint) =>
      storage(
        ['Balances.Locks', [VOTER], cat(encodeCompact(2), lock('staking ', 40n), lock('vesting ', 70n))],
        ['System.Account', [VOTER], accountInfo({ free })],
      );
    expect(powerOf({ adapter: 'balance-locks' }, locks(100n))).toBe(70n);
    expect(powerOf({ adapter: 'balance-locks', ids: ['staking '] }, locks(100n))).toBe(40n);
    expect(powerOf({ adapter: 'balance-locks' }, locks(50n))).toBe(50n);
  });

  it('that vest count what is still locked at the head', () => {
    const schedule = cat(encodeCompact(2), big(100n), big(10n), small(5), big(30n), big(0n), small(20));
    const at = (now: number) =>
      storage(
        ['Vesting.Vesting', [VOTER], schedule],
        ['System.Number', [], small(now)],
        ['System.Account', [VOTER], accountInfo({ free: 120n })],
      );
    // The second schedule has rate 0, which counts as 1.
    expect(powerOf({ adapter: 'vesting' }, at(5))).toBe(120n);
    expect(powerOf({ adapter: 'vesting' }, at(8))).toBe(100n);
    expect(powerOf({ adapter: 'vesting' }, at(25))).toBe(25n);
    expect(powerOf({ adapter: 'vesting' }, at(1000))).toBe(0n);
  });

  it('that vest by ORML count the periods to come', () => {
    const schedule = cat(encodeCompact(1), small(10), small(5), small(4), encodeCompact(25));
    const at = (now: number) =>
      storage(
        ['Vesting.VestingSchedules', [VOTER], schedule],
        ['System.Number', [], small(now)],
        ['System.Account', [VOTER], accountInfo({ free: 1000n })],
      );
    expect([0, 14, 15, 29, 30].map((now) => powerOf({ adapter: 'vesting' }, at(now), ormlLayout))).toEqual([
      100n,
      100n,
      75n,
      25n,
      0n,
    ]);
  });
});

describe('other tokens', () => {
  it('of pallet-assets count what is liquid, and holds when asked to', () => {
    const held = (status: number) =>
      storage(
        ['Assets.Account', [ASSET_7, VOTER], cat(big(50n), Uint8Array.of(status))],
        ['AssetsHolder.BalancesOnHold', [ASSET_7, VOTER], big(8n)],
      );
    const source = { adapter: 'assets', asset: 7 };
    expect([0, 1, 2].map((status) => powerOf({ ...source, frozen: 'left-out' }, held(status)))).toEqual([
      50n,
      0n,
      0n,
    ]);
    expect([0, 1, 2].map((status) => powerOf(source, held(status)))).toEqual([50n, 50n, 50n]);
    expect(powerOf({ ...source, holder: 'AssetsHolder' }, held(0))).toBe(58n);
    expect(powerOf({ ...source, asset: toHex(ASSET_7) }, held(0))).toBe(50n);
    expect(powerOf({ ...source, asset: 8 }, held(0))).toBe(0n);
  });

  it('of ORML count by part', () => {
    const held = storage(['Tokens.Accounts', [VOTER, ASSET_7], cat(big(50n), big(20n), big(15n))]);
    const source = { adapter: 'tokens', currency: 7 };
    expect(powerOf(source, held)).toBe(70n);
    expect(powerOf({ ...source, count: ['free'], frozen: 'left-out' }, held)).toBe(35n);
    expect(powerOf({ ...source, count: ['reserved'] }, held)).toBe(20n);
  });

  it('staked in a map of any pallet count by the field named', () => {
    const held = storage(['ParachainStaking.DelegatorState', [VOTER], cat(VOTER, big(33n))]);
    const source = {
      adapter: 'account-map',
      pallet: 'ParachainStaking',
      item: 'DelegatorState',
      field: 'total',
    };
    expect(powerOf(source, held)).toBe(33n);
  });

  it('are refused where the layout of the para was not read', () => {
    expect(() => powerOf({ adapter: 'assets', asset: 7 }, [], STANDARD_LAYOUT)).toThrow(
      expect.objectContaining({ code: 'RESCUE_POLICY_UNEXECUTABLE' }),
    );
  });

  it('are refused when the value has another layout', () => {
    const held = storage(['Tokens.Accounts', [VOTER, ASSET_7], cat(big(50n), big(20n))]);
    expect(() => powerOf({ adapter: 'tokens', currency: 7 }, held)).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
  });
});

describe('the stake of a stash', () => {
  const ledger = (stash: Uint8Array) => cat(stash, encodeCompact(90), encodeCompact(60));
  const source = { adapter: 'staking-ledger' };
  const policy = rules([source]);

  it.each([
    ['its own controller', VOTER],
    ['another controller', OTHER],
  ])('is found under %s, with every node it needs', async (_name, controller) => {
    const entries = storage(
      ['Staking.Bonded', [VOTER], controller],
      ['Staking.Ledger', [controller], ledger(VOTER)],
      ['Balances.TotalIssuance', [], big(1000n)],
    );
    const trie = buildTrie(entries, 1);
    const asked: number[] = [];
    const fetch = async (keys: readonly Uint8Array[]) => {
      asked.push(keys.length);
      return trie.prove(keys);
    };
    const root = toHex(trie.root);
    const collected = await collectPower(policy, toHex(VOTER), root, fetch, layout);
    expect(collected.power).toBe(90n);
    expect(asked).toEqual(controller === VOTER ? [2] : [2, 1]);
    expect(provePower(policy, toHex(VOTER), root, collected.nodes, layout)).toMatchObject({ power: 90n });
    expect(powerOf({ ...source, count: 'active' }, entries)).toBe(60n);

    const shrunk = rules([source], [{ account: toHex(VOTER), reason: 'exchange' }]);
    expect((await collectElectorate(shrunk, root, fetch, layout)).electorate).toBe(910n);
  });

  it('is not somebody else’s, whose ledger the former controller serves now', () => {
    const entries = storage(
      ['Staking.Bonded', [VOTER], OTHER],
      ['Staking.Ledger', [OTHER], ledger(new Uint8Array(32).fill(0x33))],
    );
    expect(powerOf(source, entries)).toBe(0n);
  });

  it('is none for the controller, so that nothing is counted twice', () => {
    expect(powerOf(source, storage(['Staking.Ledger', [VOTER], ledger(OTHER)]))).toBe(0n);
  });

  it('is not proven without the node of the ledger', () => {
    const trie = buildTrie(
      storage(
        ['Staking.Bonded', [VOTER], OTHER],
        ['Staking.Ledger', [OTHER], ledger(VOTER)],
        ['Staking.Ledger', [new Uint8Array(32).fill(0x44)], ledger(OTHER)],
      ),
      1,
    );
    const nodes = trie.prove(powerKeys(policy, toHex(VOTER), layout));
    expect(() => provePower(policy, toHex(VOTER), toHex(trie.root), nodes, layout)).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
  });
});

describe('a weighted sum over several tokens', () => {
  const amount = fc.bigInt({ min: 0n, max: 1n << 90n });
  const holder = fc.record({
    free: amount,
    reserved: amount,
    asset: amount,
    free2: amount,
    reserved2: amount,
    excluded: fc.boolean(),
  });
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 });

  it('of everybody never exceeds the electorate, and equals it when every part weighs the same', () => {
    fc.assert(
      fc.property(
        fc.array(holder, { minLength: 1, maxLength: 8 }),
        weights,
        (holders, [a = 1, b = 1, c = 1, d = 1]) => {
          const ids = holders.map((_holder, index) => new Uint8Array(32).fill(index + 1));
          const total = (part: 'free' | 'reserved' | 'asset' | 'free2' | 'reserved2') =>
            holders.reduce((sum, one) => sum + one[part], 0n);
          const entries = storage(
            ['Balances.TotalIssuance', [], big(total('free') + total('reserved'))],
            ['Assets.Asset', [ASSET_7], big(total('asset'))],
            ['Tokens.TotalIssuance', [ASSET_7], big(total('free2') + total('reserved2'))],
            ...holders.flatMap((one, index) => {
              const id = ids[index] ?? VOTER;
              return [
                ['System.Account', [id], accountInfo(one)] as const,
                ['Assets.Account', [ASSET_7, id], cat(big(one.asset), Uint8Array.of(0))] as const,
                ['Tokens.Accounts', [id, ASSET_7], cat(big(one.free2), big(one.reserved2), big(0n))] as const,
              ];
            }),
          );
          const excluded = holders.flatMap((one, index) =>
            one.excluded ? [{ account: toHex(ids[index] ?? VOTER), reason: 'x' }] : [],
          );
          const policy = rules(
            [
              { adapter: 'system-account', count: ['free'], weight: a },
              { adapter: 'system-account', count: ['reserved'], weight: b },
              { adapter: 'assets', asset: 7, weight: c },
              { adapter: 'tokens', currency: 7, weight: d },
            ],
            excluded,
          );
          const values = new Map(entries.map(([key, value]) => [toHex(key), value]));
          const get = (key: Uint8Array) => values.get(toHex(key)) ?? null;
          const sum = ids.reduce((power, id) => power + powerAt(policy, toHex(id), get, layout), 0n);
          const electorate = electorateAt(policy, get, layout);
          expect(electorate >= sum).toBe(true);
          if (a === b) expect(electorate).toBe(sum);
          expect(electorateKeys(policy, layout).length).toBe(3 + 3 * excluded.length);
        },
      ),
    );
  });

  it('names the account when the excluded ones hold too much', () => {
    const treasury: Hex = toHex(palletAccount('py/trsry'));
    const policy = rules([{ adapter: 'system-account' }], [{ account: treasury, reason: 'treasury' }]);
    const entries = storage(
      ['Balances.TotalIssuance', [], big(10n)],
      ['System.Account', [fromHex(treasury)], accountInfo({ free: 11n })],
    );
    const values = new Map(entries.map(([key, value]) => [toHex(key), value]));
    expect(() => electorateAt(policy, (key) => values.get(toHex(key)) ?? null)).toThrow(
      'treasury (pallet account',
    );
  });
});
