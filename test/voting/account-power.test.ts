import { TypeRegistry } from '@polkadot/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeLittle } from '../../src/bytes/scale.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import {
  electorateFrom,
  electorateKeys,
  exclusionOf,
  type PowerRules,
  powerFrom,
  powerKeys,
} from '../../src/voting/power/account-power.ts';
import {
  decodeAccountInfo,
  systemAccountKey,
  totalIssuanceKey,
} from '../../src/voting/power/adapters/system-account.ts';
import { proveElectorate, provePower } from '../../src/voting/power/proven-power.ts';
import { accountInfo, U128_MAX } from './account-info.ts';

const ALICE: Hex = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const BOB: Hex = '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48';
const invalid = expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' });

function rules(
  power: object[] = [{ adapter: 'system-account' }],
  excluded: Policy['excluded'] = [],
): PowerRules {
  return { power: policySchema.shape.power.parse(power), excluded };
}

describe('storage keys of the adapter system-account', () => {
  it('are those that every Substrate node uses', () => {
    expect(toHex(powerKeys(rules(), ALICE)[0] ?? new Uint8Array())).toBe(
      '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
    );
    expect(electorateKeys(rules()).map(toHex)).toEqual([
      '0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80',
    ]);
  });

  it('end in the account id on 20-byte chains too', () => {
    const account: Hex = '0xf24ff3a9cf04c71dbc94d0b566f7a27b94566cac';
    const [key] = powerKeys(rules(), account);
    expect(key).toHaveLength(32 + 16 + 20);
    expect(toHex(key?.subarray(48) ?? new Uint8Array())).toBe(account);
  });
});

describe('account info', () => {
  const u128 = fc.bigInt({ min: 0n, max: U128_MAX });
  const registry = new TypeRegistry();
  registry.register({
    Balances: { free: 'u128', reserved: 'u128', frozen: 'u128', flags: 'u128' },
    Info: {
      nonce: 'u32',
      consumers: 'u32',
      providers: 'u32',
      sufficients: 'u32',
      data: 'Balances',
    },
  });

  it('decodes as @polkadot/types encodes it', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        u128,
        u128,
        u128,
        u128,
        (nonce, consumers, free, reserved, frozen, flags) => {
          const encoded = registry
            .createType('Info', {
              nonce,
              consumers,
              providers: 1,
              sufficients: 2,
              data: { free, reserved, frozen, flags },
            })
            .toU8a();
          expect(decodeAccountInfo(encoded)).toEqual({
            nonce,
            consumers,
            providers: 1,
            sufficients: 2,
            free,
            reserved,
            frozen,
            flags,
          });
        },
      ),
    );
  });

  it.each([0, 72, 76, 79, 81, 96])(
    'of %i bytes is refused, because another layout would be misread',
    (length) => {
      expect(() => powerFrom(rules(), ALICE, [new Uint8Array(length)])).toThrow(invalid);
      expect(() => powerFrom(rules(), ALICE, [new Uint8Array(length)])).toThrow('storage layout differs');
    },
  );
});

describe('voting power', () => {
  const value = accountInfo({ free: 70n, reserved: 30n, frozen: 1000n });

  it.each([
    ['free and reserved by default', {}, 100n],
    ['free only, frozen included', { count: ['free'] }, 70n],
    ['reserved only', { count: ['reserved'] }, 30n],
    ['weighted', { weight: 3 }, 300n],
  ])('counts %s', (_name, options, power) => {
    expect(powerFrom(rules([{ adapter: 'system-account', ...options }]), ALICE, [value])).toBe(power);
  });

  it('sums over the sources, each with its weight', () => {
    const policy = rules([
      { adapter: 'system-account', count: ['free'], weight: 2 },
      { adapter: 'system-account', count: ['reserved'], weight: 5 },
    ]);
    expect(powerKeys(policy, ALICE)).toHaveLength(1);
    expect(powerFrom(policy, ALICE, [value])).toBe(290n);
  });

  it('is zero for an account that is absent or excluded', () => {
    expect(powerFrom(rules(), ALICE, [null])).toBe(0n);
    const policy = rules(undefined, [{ account: ALICE, reason: 'treasury' }]);
    expect(powerFrom(policy, ALICE, [value])).toBe(0n);
    expect(powerFrom(policy, BOB, [value])).toBe(100n);
    expect([exclusionOf(policy, ALICE), exclusionOf(policy, BOB)]).toEqual(['treasury', null]);
  });

  it('is not computed from too few or too many values', () => {
    expect(() => powerFrom(rules(), ALICE, [])).toThrow(expect.objectContaining({ code: 'RESCUE_INTERNAL' }));
    expect(() => powerFrom(rules(), ALICE, [value, value])).toThrow(
      expect.objectContaining({ code: 'RESCUE_INTERNAL' }),
    );
  });
});

describe('electorate', () => {
  const policy = rules(
    [{ adapter: 'system-account', weight: 2 }],
    [
      { account: ALICE, reason: 'treasury' },
      { account: BOB, reason: 'exchange' },
    ],
  );

  it('is the weighted issuance minus what excluded accounts hold', () => {
    expect(electorateKeys(policy)).toHaveLength(3);
    const values = [encodeLittle(1000n, 16), accountInfo({ free: 100n, reserved: 50n }), null];
    expect(electorateFrom(policy, values)).toBe(1700n);
  });

  it('is refused when excluded accounts hold more than there is', () => {
    expect(() => electorateFrom(policy, [encodeLittle(10n, 16), accountInfo({ free: 11n }), null])).toThrow(
      invalid,
    );
  });

  it('is refused when the issuance is no u128', () => {
    expect(() => electorateFrom(policy, [encodeLittle(10n, 8), null, null])).toThrow(invalid);
  });
});

describe('proven power', () => {
  const holders = fc.uniqueArray(
    fc.record({
      id: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      free: fc.bigInt({ min: 0n, max: 1n << 100n }),
      reserved: fc.bigInt({ min: 0n, max: 1n << 100n }),
      excluded: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30, selector: ({ id }) => toHex(id) },
  );

  it('of everybody together is the electorate, in states of either version', () => {
    fc.assert(
      fc.property(
        holders,
        fc.constantFrom(0 as const, 1 as const),
        fc.integer({ min: 1, max: 9 }),
        (all, version, weight) => {
          const issuance = all.reduce((sum, { free, reserved }) => sum + free + reserved, 0n);
          const entries = all.map(
            ({ id, free, reserved }) => [systemAccountKey(id), accountInfo({ free, reserved })] as const,
          );
          const trie = buildTrie([[totalIssuanceKey(), encodeLittle(issuance, 16)], ...entries], version);
          const root = toHex(trie.root);
          const policy = rules(
            [{ adapter: 'system-account', weight }],
            all.filter(({ excluded }) => excluded).map(({ id }) => ({ account: toHex(id), reason: 'x' })),
          );
          let sum = 0n;
          for (const { id } of all) {
            const account = toHex(id);
            sum += provePower(policy, account, root, trie.prove(powerKeys(policy, account))).power;
          }
          expect(proveElectorate(policy, root, trie.prove(electorateKeys(policy)))).toBe(sum);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is refused when a node of the proof is missing or altered, or the root is another', () => {
    const trie = buildTrie(
      [
        [systemAccountKey(new Uint8Array(32).fill(1)), accountInfo({ free: 5n })],
        [systemAccountKey(new Uint8Array(32).fill(2)), accountInfo({ free: 6n })],
      ],
      1,
    );
    const account: Hex = `0x${'01'.repeat(32)}`;
    const nodes = trie.prove(powerKeys(rules(), account));
    expect(provePower(rules(), account, toHex(trie.root), nodes)).toMatchObject({ power: 5n });
    for (const index of nodes.keys()) {
      expect(() => provePower(rules(), account, toHex(trie.root), nodes.toSpliced(index, 1))).toThrow(
        invalid,
      );
      const altered = nodes.map((node, at) =>
        at === index ? node.map((byte, i) => (i === node.length - 70 ? byte ^ 1 : byte)) : node,
      );
      if (altered.some((node, at) => toHex(node) !== toHex(nodes[at] ?? node))) {
        expect(() => provePower(rules(), account, toHex(trie.root), altered)).toThrow(invalid);
      }
    }
    expect(() => provePower(rules(), account, `0x${'77'.repeat(32)}`, nodes)).toThrow(invalid);
  });

  it('of an account that the state does not hold is zero, by a proof of absence', () => {
    const trie = buildTrie([[systemAccountKey(new Uint8Array(32)), accountInfo({ free: 5n })]], 0);
    const nodes = trie.prove(powerKeys(rules(), ALICE));
    expect(provePower(rules(), ALICE, toHex(trie.root), nodes)).toMatchObject({ power: 0n, values: [null] });
  });
});
