import { expandMetadata, Metadata, StorageKey, TypeRegistry } from '@polkadot/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import { powerAt, powerKeys } from '../../src/voting/power/account-power.ts';
import { readPowerLayout, readProxyTypes } from '../../src/voting/power/layout/metadata-layout.ts';
import { MetadataShapes } from '../../src/voting/power/layout/metadata-shapes.ts';
import { parsePowerLayout, STANDARD_LAYOUT } from '../../src/voting/power/layout/power-layout.ts';
import {
  amountAt,
  type Decoded,
  DecodedVariant,
  decodeShape,
  type Shape,
} from '../../src/voting/power/layout/shape.ts';
import { decodeProxies, proxiesKey } from '../../src/voting/proxies/proven-proxies.ts';
import { embeddedMetadata, hasSpec, specMetadata } from './runtime-metadata.ts';

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
/** MultiLocation { parents: 1, interior: X1(Parachain(2000)) } of XCM v3, and the same of v4 and later: equal bytes. */
const SIBLING = '0x010100411f';

function rules(power: object[], excluded: Policy['excluded'] = []) {
  return { power: policySchema.shape.power.parse(power), excluded };
}
const refusal = async (metadata: Uint8Array, policy: ReturnType<typeof rules>): Promise<string> => {
  const error: Error & { code?: string } = await readPowerLayout(metadata, policy).then(
    () => new Error('it was accepted'),
    (cause) => cause,
  );
  expect(error.code).toBe('RESCUE_POLICY_UNEXECUTABLE');
  return error.message;
};

const para = await embeddedMetadata('para-good');
const everything = rules([
  { adapter: 'system-account', frozen: 'left-out' },
  { adapter: 'assets', asset: 1, frozen: 'left-out' },
  { adapter: 'vesting', clock: 'ParachainSystem.LastRelayChainBlockNumber' },
  { adapter: 'balance-holds', reasons: ['PolkadotXcm.AuthorizeAlias'] },
  { adapter: 'balance-freezes' },
  { adapter: 'balance-locks', ids: ['staking '] },
]);

describe('the layout of a para, from its own metadata', () => {
  it('is that of the standard accounts on the embedded para', async () => {
    const layout = await readPowerLayout(para, rules([{ adapter: 'system-account' }]));
    expect(Object.keys(layout.items)).toEqual(['System.Account', 'Balances.TotalIssuance']);
    expect(layout.items['System.Account']?.value).toEqual(STANDARD_LAYOUT.items['System.Account']?.value);
    expect(layout.items['Balances.TotalIssuance']).toEqual(STANDARD_LAYOUT.items['Balances.TotalIssuance']);
    expect(layout.accountBytes).toBe(32);
  });

  it('is the same from metadata of versions 14, 15 and 16, bare or wrapped', async () => {
    const layouts = await Promise.all(
      [14, 15, 16].map(async (version) =>
        readPowerLayout(await embeddedMetadata('para-good', version), everything),
      ),
    );
    expect(layouts[1]).toEqual(layouts[0]);
    expect(layouts[2]).toEqual(layouts[0]);
    const bare = para.subarray(para.findIndex((_, at) => toHex(para.subarray(at, at + 4)) === '0x6d657461'));
    expect(await readPowerLayout(bare, everything)).toEqual(layouts[0]);
  });

  it('survives being stored as JSON, and malformed ones are refused', async () => {
    const layout = await readPowerLayout(para, everything);
    expect(parsePowerLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
    let deep: Shape = { kind: 'bool' };
    for (let i = 0; i < 20_000; i++) deep = { kind: 'option', of: deep };
    const item = { prefix: 'A', item: 'B', keys: [], value: deep, absent: null };
    for (const wrong of [null, {}, { ...layout, version: 2 }, { ...layout, items: { 'A.B': {} } }]) {
      expect(() => parsePowerLayout(wrong)).toThrow(
        expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
      );
    }
    expect(() => parsePowerLayout({ ...layout, items: { 'A.B': item } })).toThrow('nested too deeply');
  });

  it.each([
    [{ adapter: 'tokens', currency: 0 }, 'the para has no pallet Tokens (it has System, '],
    [
      { adapter: 'account-map', pallet: 'Balances', item: 'Reserve', field: 'amount' },
      'no storage item Reserve',
    ],
    [
      { adapter: 'account-map', pallet: 'System', item: 'Account', field: 'data.bonded' },
      'should have data.bonded',
    ],
    [{ adapter: 'account-map', pallet: 'Assets', item: 'Asset', field: 'supply' }, 'is u32, not an account'],
    [{ adapter: 'assets', asset: SIBLING }, `which cannot be ${SIBLING}`],
    [
      { adapter: 'assets', asset: 4294967296 },
      'key 1 of Assets.Account is u32, which cannot be the number 4294967296',
    ],
    [{ adapter: 'assets', asset: 1, holder: 'AssetsHolder' }, 'no pallet AssetsHolder'],
    [{ adapter: 'balance-holds', reasons: ['Staking.Staking'] }, 'it knows PolkadotXcm.AuthorizeAlias'],
    [{ adapter: 'balance-locks', ids: ['staking'] }, '"staking" of Balances.Locks must have 8 characters'],
    [{ adapter: 'staking-ledger' }, 'no pallet Staking'],
  ])('refuses %j with the difference shown', async (source, difference) => {
    expect(await refusal(para, rules([source]))).toContain(difference);
  });

  it('refuses accounts of another length than the chain has', async () => {
    const policy = rules([{ adapter: 'system-account' }], [{ account: `0x${'11'.repeat(20)}`, reason: 'x' }]);
    expect(await refusal(para, policy)).toContain('of 20 bytes, but accounts of this para have 32');
  });

  it('tells metadata from other bytes', async () => {
    for (const bytes of [new Uint8Array(), new Uint8Array(500), para.subarray(0, 5000)]) {
      await expect(readPowerLayout(bytes, everything)).rejects.toMatchObject({
        code: 'RESCUE_NODE_MALFORMED',
      });
    }
  });
});

/** A runtime's own codec, by the library: the oracle for keys and values. */
class Oracle {
  readonly registry = new TypeRegistry();
  readonly #metadata: Metadata;
  readonly #query: ReturnType<typeof expandMetadata>['query'];

  constructor(bytes: Uint8Array) {
    const start = bytes.findIndex((_, at) => toHex(bytes.subarray(at, at + 4)) === '0x6d657461');
    this.#metadata = new Metadata(this.registry, bytes.subarray(start));
    this.registry.setMetadata(this.#metadata);
    this.#query = expandMetadata(this.registry, this.#metadata).query;
  }

  key(name: string, ...keys: unknown[]): string {
    const [pallet = '', item = ''] = name.split('.').map((word) => word[0]?.toLowerCase() + word.slice(1));
    const entry = this.#query[pallet]?.[item];
    if (entry === undefined) throw new Error(`no ${name}`);
    return new StorageKey(this.registry, [entry, keys]).toHex();
  }

  encode(name: string, value: unknown): Uint8Array {
    const [palletName, item] = name.split('.');
    const pallet = this.#metadata.asLatest.pallets.find((one) => one.name.toString() === palletName);
    const entry = pallet?.storage.unwrap().items.find((one) => one.name.toString() === item);
    if (entry === undefined) throw new Error(`no ${name}`);
    const { type } = entry;
    const id = type.isMap ? type.asMap.value : type.asPlain;
    return this.registry.createType(this.registry.createLookupType(id as never) as 'Raw', value).toU8a();
  }
}

const u128 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const u32 = fc.bigInt({ min: 0n, max: 0xffff_ffffn });
const vestingInfo = fc.record({ locked: u128, perBlock: u128, startingBlock: u32 });
const lock = fc.record({
  id: fc.constant('0x7374616b696e6720'),
  amount: u128,
  reasons: fc.constantFrom('Fee', 'Misc', 'All'),
});

function shapeOf(metadata: Uint8Array, name: string): Shape {
  const item = new MetadataShapes(metadata).item(name);
  if (item === null) throw new Error(`no ${name}`);
  return item.layout.value;
}

describe('values decoded by the layout', () => {
  const oracle = new Oracle(para);
  const read = (name: string) => {
    const shape = shapeOf(para, name);
    return (value: unknown): Decoded => decodeShape(shape, oracle.encode(name, value), name);
  };

  it('are what @polkadot/types encoded: accounts', () => {
    const account = read('System.Account');
    const data = fc.record({ free: u128, reserved: u128, frozen: u128 });
    fc.assert(
      fc.property(fc.record({ nonce: u32, data }), (info) => {
        const value = account(info);
        expect(amountAt(value, 'nonce')).toBe(info.nonce);
        for (const part of ['free', 'reserved', 'frozen'] as const) {
          expect(amountAt(value, `data.${part}`)).toBe(info.data[part]);
        }
      }),
    );
  });

  it('are what @polkadot/types encoded: assets', () => {
    const [holding, asset] = [read('Assets.Account'), read('Assets.Asset')];
    const reason = fc.oneof(
      fc.constantFrom('Consumer', 'Sufficient', 'DepositRefunded'),
      u128.map((amount) => ({ DepositHeld: amount })),
      u128.map((amount) => ({ DepositFrom: [ALICE, amount] })),
    );
    const status = fc.constantFrom('Liquid', 'Frozen', 'Blocked');
    fc.assert(
      fc.property(u128, status, reason, (balance, word, why) => {
        const value = holding({ balance, status: word, reason: why });
        expect(amountAt(value, 'balance')).toBe(balance);
        expect(value).toMatchObject({ status: new DecodedVariant(word, {}) });
        expect(amountAt(asset({ owner: ALICE, supply: balance, status: 'Live' }), 'supply')).toBe(balance);
      }),
    );
  });

  it('are what @polkadot/types encoded: lists are summed', () => {
    const [vesting, locks] = [read('Vesting.Vesting'), read('Balances.Locks')];
    fc.assert(
      fc.property(fc.array(vestingInfo, { maxLength: 5 }), fc.array(lock, { maxLength: 5 }), (infos, all) => {
        const sum = infos.reduce((total, { locked }) => total + locked, 0n);
        expect(amountAt(vesting(infos), 'locked')).toBe(sum);
        expect(amountAt(locks(all), 'amount')).toBe(all.reduce((total, { amount }) => total + amount, 0n));
      }),
    );
  });

  it('are refused when cut off or followed by more, never misread', () => {
    const shape = shapeOf(para, 'Assets.Account');
    const bytes = oracle.encode('Assets.Account', {
      balance: 7,
      status: 'Frozen',
      reason: { DepositHeld: 5 },
    });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeShape(shape, bytes.subarray(0, length), 'x')).toThrow();
    }
    expect(() => decodeShape(shape, Uint8Array.of(...bytes, 0), 'x')).toThrow('after its end');
    const variant = bytes.slice();
    variant[16] = 9;
    expect(() => decodeShape(shape, variant, 'x')).toThrow('variant 9');
  });

  it('of any shape never end in anything but a value or a coded refusal', () => {
    const shapes = [
      'System.Account',
      'Assets.Account',
      'Assets.Asset',
      'Vesting.Vesting',
      'Balances.Locks',
    ].map((name) => shapeOf(para, name));
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.uint8Array({ maxLength: 200 }), (shape, bytes) => {
        try {
          decodeShape(shape, bytes, 'x');
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProofError', code: 'PROOF_BAD_ENCODING' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('lie under the keys that @polkadot/types computes', async () => {
    const layout = await readPowerLayout(para, everything);
    const keys = powerKeys(everything, ALICE, layout).map(toHex);
    for (const name of ['System.Account', 'Vesting.Vesting', 'Balances.Holds', 'Balances.Locks']) {
      expect(keys).toContain(oracle.key(name, ALICE));
    }
    expect(keys).toContain(oracle.key('Assets.Account', 1, ALICE));
    expect(keys).toContain(oracle.key('ParachainSystem.LastRelayChainBlockNumber'));
  });
});

describe('types of proxies', () => {
  it('are those of the embedded para, whose entries read as @polkadot/types encodes them', async () => {
    const types = (await readProxyTypes(para)) ?? [];
    expect(types).toEqual([
      { name: 'Any', index: 0 },
      { name: 'NonTransfer', index: 1 },
    ]);
    const oracle = new Oracle(para);
    const entry = { delegate: ALICE, proxyType: 'NonTransfer', delay: 7 };
    const bytes = oracle.encode('Proxy.Proxies', [[entry, { ...entry, proxyType: 'Any', delay: 0 }], 100]);
    expect(decodeProxies(ALICE, bytes, types)).toEqual([
      { delegate: ALICE, kind: 'NonTransfer', delay: 7 },
      { delegate: ALICE, kind: 'Any', delay: 0 },
    ]);
    expect(decodeProxies(ALICE, bytes, types.slice(0, 1))[0]?.kind).toBe('with the number 1');
    expect(toHex(proxiesKey(ALICE))).toBe(oracle.key('Proxy.Proxies', ALICE));
    expect(() => decodeProxies(ALICE, bytes.subarray(0, -1), types)).toThrow(
      'value of Proxy.Proxies is truncated',
    );
  });

  it.each([
    [
      'asset-hub-kusama-local.json',
      ['Any', 'NonTransfer', 'CancelProxy', 'Assets', 'AssetOwner', 'AssetManager', 'Collator'],
    ],
    ['kusama-local.json', ['Any', 'NonTransfer', 'Governance', 'Staking']],
  ])('of %s have Any first', async (file, names) => {
    if (!hasSpec(file)) return;
    const types = (await readProxyTypes(specMetadata(file))) ?? [];
    expect(types[0]).toEqual({ name: 'Any', index: 0 });
    expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});

describe.skipIf(!hasSpec('kusama-local.json'))('runtimes that others built', () => {
  it('kusama: a bonded ledger decodes as @polkadot/types encoded it', async () => {
    const metadata = specMetadata('kusama-local.json');
    const policy = rules([{ adapter: 'staking-ledger' }, { adapter: 'vesting' }]);
    const layout = await readPowerLayout(metadata, policy);
    const oracle = new Oracle(metadata);
    const keys = powerKeys(policy, ALICE, layout).map(toHex);
    expect(keys).toContain(oracle.key('Staking.Bonded', ALICE));
    expect(keys).toContain(oracle.key('Staking.Ledger', ALICE));
    const shape = shapeOf(metadata, 'Staking.Ledger');
    fc.assert(
      fc.property(u128, u128, fc.array(fc.record({ value: u128, era: u32 })), (total, active, unlocking) => {
        const bytes = oracle.encode('Staking.Ledger', { stash: ALICE, total, active, unlocking });
        const value = decodeShape(shape, bytes, 'x');
        expect([amountAt(value, 'total'), amountAt(value, 'active')]).toEqual([total, active]);
        expect(amountAt(value, 'unlocking.value')).toBe(
          unlocking.reduce((sum, chunk) => sum + chunk.value, 0n),
        );
      }),
    );
  });

  it('kusama: a share of a pool comes to what the values give as @polkadot/types encoded them', async () => {
    const metadata = specMetadata('kusama-local.json');
    const policy = rules([{ adapter: 'nomination-pools' }]);
    const layout = await readPowerLayout(metadata, policy);
    const oracle = new Oracle(metadata);
    const stash = `0x${Buffer.from('modlpy/nopls').toString('hex')}000c000000`.padEnd(66, '0');
    const entry = (name: string, key: unknown, value: unknown) =>
      [oracle.key(name, key), oracle.encode(name, value)] as const;
    const state = new Map([
      entry('NominationPools.PoolMembers', ALICE, {
        poolId: 12,
        points: 100n,
        lastRecordedRewardCounter: 5n,
        unbondingEras: new Map([[7, 9n]]),
      }),
      entry('NominationPools.BondedPools', 12, {
        commission: { current: [10_000_000, ALICE] },
        memberCounter: 3,
        points: 300n,
        roles: { depositor: ALICE, root: ALICE },
        state: 'Open',
      }),
      entry('Staking.Ledger', stash, { stash, total: 1_000n, active: 902n }),
      entry('System.Account', stash, { data: { free: 1_000n } }),
    ]);
    expect(powerAt(policy, ALICE, (key) => state.get(toHex(key)) ?? null, layout)).toBe(300n);
  });

  it.each(['asset-hub-kusama-local.json', 'penpal-westend.json', 'passet-hub.plain.json'])(
    '%s: a foreign asset by its location',
    async (file) => {
      const metadata = specMetadata(file);
      const policy = rules([{ adapter: 'assets', pallet: 'ForeignAssets', asset: SIBLING }]);
      const layout = await readPowerLayout(metadata, policy);
      const oracle = new Oracle(metadata);
      const location = {
        parents: 1,
        interior: { X1: file.startsWith('p') ? [{ Parachain: 2000 }] : { Parachain: 2000 } },
      };
      const key = oracle.key('ForeignAssets.Account', location, ALICE);
      expect(powerKeys(policy, ALICE, layout).map(toHex)).toEqual([key]);
      expect(JSON.stringify(layout).length).toBeLessThan(5000);
    },
  );

  it('passet-hub: holds and freezes go by the names of its own reasons', async () => {
    const metadata = specMetadata('passet-hub.plain.json');
    const policy = rules([
      { adapter: 'balance-holds', reasons: ['Revive.AddressMapping'] },
      { adapter: 'balance-freezes', ids: ['AssetRewards.Staked'] },
    ]);
    expect(Object.keys((await readPowerLayout(metadata, policy)).items)).toContain('Balances.Holds');
  });
});
