import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeLittle } from '../../src/bytes/scale.ts';
import { policySchema } from '../../src/domain/policy/policy.ts';
import { proofFromArchive } from '../../src/proof/archived-proof.ts';
import { blake2b256 } from '../../src/proof/hash.ts';
import { verifyReadProof } from '../../src/proof/read-proof.ts';
import { storageKey } from '../../src/proof/storage-key.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { censusPrefixes } from '../../src/voting/census/prefixes.ts';
import { systemAccountKey } from '../../src/voting/power/adapters/system-account.ts';
import type { KeyLayout, PowerLayout } from '../../src/voting/power/layout/power-layout.ts';
import { anyKey, anyState, anyStateVersion } from '../proof/trie-arbitraries.ts';

const byHash = (nodes: readonly Uint8Array[]) =>
  new Map(nodes.map((node) => [toHex(blake2b256(node)), node]));

describe('a proof from archived nodes', () => {
  it('has exactly the nodes of a living node, for keys in and beside the state', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyState(),
        anyStateVersion,
        fc.array(anyKey, { maxLength: 4 }),
        async (entries, version, beside) => {
          const state = buildTrie(entries, version);
          const all = entries.map(([key]) => key);
          const archive = byHash(state.prove([...all, new Uint8Array()]));
          const keys = [...all.slice(0, 3), ...beside];
          const proof = await proofFromArchive(
            state.root,
            keys,
            async (hash) => archive.get(toHex(hash)) ?? null,
          );
          if (proof === null) throw new Error('the whole state is in the archive');
          expect(new Set(proof.map(toHex))).toEqual(new Set(state.prove(keys).map(toHex)));
          const values = verifyReadProof({ stateRoot: state.root, proof, keys, strict: true });
          expect(values.map((value) => value && toHex(value))).toEqual(
            keys.map((key) => state.get(key)).map((value) => value && toHex(value)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is null when a node is not archived', async () => {
    const state = buildTrie(
      [
        [Uint8Array.of(1), new Uint8Array(40)],
        [Uint8Array.of(2), new Uint8Array(41)],
      ],
      0,
    );
    const archive = byHash(state.prove([Uint8Array.of(1)]));
    expect(
      await proofFromArchive(
        state.root,
        [Uint8Array.of(2)],
        async (hash) => archive.get(toHex(hash)) ?? null,
      ),
    ).toBeNull();
  });
});

describe('what a census archives', () => {
  const rules = (excluded: readonly { account: string; reason: string }[] = []) => ({
    power: policySchema.shape.power.parse([
      { adapter: 'system-account', count: ['free'] },
      { adapter: 'system-account', count: ['reserved'] },
    ]),
    excluded: [...excluded],
  });

  it('is the whole map of System.Account, once, for 32-byte and 20-byte accounts', () => {
    const prefix = toHex(systemAccountKey(new Uint8Array(32)).subarray(0, 32));
    expect(censusPrefixes(rules()).map(toHex)).toEqual([prefix]);
    const ethereum = rules([{ account: `0x${'07'.repeat(20)}`, reason: 'treasury' }]);
    expect(censusPrefixes(ethereum).map(toHex)).toEqual([prefix]);
  });

  it('is one asset and the ledgers of stakers where the policy counts those', () => {
    const policy = {
      power: policySchema.shape.power.parse([
        { adapter: 'assets', asset: 7 },
        { adapter: 'staking-ledger' },
        { adapter: 'vesting' },
      ]),
      excluded: [],
    };
    const account: KeyLayout = { hasher: 'Blake2_128Concat', bytes: 32, number: false };
    const asset: KeyLayout = { hasher: 'Blake2_128Concat', bytes: 4, number: true };
    const item = (prefix: string, name: string, ...keys: readonly KeyLayout[]) =>
      ({ prefix, item: name, keys, value: { kind: 'blob' }, absent: null }) as const;
    const layout: PowerLayout = {
      version: 1,
      accountBytes: 32,
      items: {
        'System.Account': item('System', 'Account', account),
        'Assets.Account': item('Assets', 'Account', asset, account),
        'Staking.Bonded': item('Staking', 'Bonded', account),
        'Staking.Ledger': item('Staking', 'Ledger', account),
        'Vesting.Vesting': item('Vesting', 'Vesting', account),
        'System.Number': item('System', 'Number'),
      },
    };
    const key = encodeLittle(7, 4);
    expect(new Set(censusPrefixes(policy, layout).map(toHex))).toEqual(
      new Set(
        [
          storageKey('Assets', 'Account', { hasher: 'Blake2_128Concat', key }),
          storageKey('System', 'Account'),
          storageKey('Staking', 'Bonded'),
          storageKey('Staking', 'Ledger'),
          storageKey('Vesting', 'Vesting'),
          storageKey('System', 'Number'),
        ].map(toHex),
      ),
    );
  });
});
