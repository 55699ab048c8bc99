import { existsSync, readFileSync } from 'node:fs';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blake2b256,
  buildTrie,
  encodeHeader,
  headerHash,
  ProofError,
  type Trie,
} from '../../src/proof/index.ts';
import { calculateStateRoot, createProof } from '../support/smoldot.ts';
import { anyKey, anyState, anyStateVersion, anyValue, type Entries, hexEntries } from './trie-arbitraries.ts';

// Real states that others wrote; these tests are skipped where the folder isn't mounted.
const chainSpecs = new URL('../../../shared/chain-specs/', import.meta.url);

function genesisOf(name: string): [`0x${string}`, `0x${string}`][] {
  const spec = JSON.parse(readFileSync(new URL(`${name}.json`, chainSpecs), 'utf8'));
  return Object.entries<string>(spec.genesis.raw.top) as [`0x${string}`, `0x${string}`][];
}

const bytes = (entries: readonly (readonly [string, string])[]): Entries =>
  entries.map(([key, value]) => [hexToU8a(key), hexToU8a(value)] as const);

const nodesOf = (trie: Trie) => trie.prove([...trie.entries()].map(([key]) => key));

describe('a built trie', () => {
  it('has the root that smoldot computes, for states of every shape and both versions', async () => {
    await fc.assert(
      fc.asyncProperty(anyState(), anyStateVersion, async (entries, version) => {
        const expected = await calculateStateRoot(hexEntries(entries), version);
        expect(u8aToHex(buildTrie(entries, version).root)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('consists of the nodes that smoldot makes of the same state', async () => {
    await fc.assert(
      fc.asyncProperty(anyState(30), async (entries) => {
        fc.pre(entries.length > 0);
        const expected = await createProof([], hexEntries(entries));
        const trie = buildTrie(entries, 0);
        expect(nodesOf(trie).map(hexOf).sort()).toEqual([...new Set(expected.nodes)].sort());
        expect(u8aToHex(trie.root)).toBe(expected.trieRootHash);
      }),
      { numRuns: 200 },
    );
  });

  it('has the root of the empty state that all Substrate chains share', () => {
    const root = '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314';
    expect(u8aToHex(buildTrie([], 0).root)).toBe(root);
    expect(u8aToHex(buildTrie([], 1).root)).toBe(root);
  });

  it('does not depend on the order of the entries', () => {
    fc.assert(
      fc.property(anyState(), anyStateVersion, fc.infiniteStream(fc.nat()), (entries, version, weights) => {
        const shuffled = entries
          .map((entry) => ({ entry, weight: weights.next().value as number }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ entry }) => entry);
        expect(buildTrie(shuffled, version).root).toEqual(buildTrie(entries, version).root);
      }),
    );
  });

  it('gives back what was put in, sorted, and nothing for other keys', () => {
    fc.assert(
      fc.property(anyState(), anyStateVersion, anyKey, (entries, version, prefix) => {
        const trie = buildTrie(entries, version);
        const byKey = new Map(entries.map(([key, value]) => [u8aToHex(key), u8aToHex(value)]));
        for (const [key, value] of entries) expect(trie.get(key)).toBe(value);
        const other = trie.get(prefix);
        expect(other === null ? undefined : u8aToHex(other)).toBe(byKey.get(u8aToHex(prefix)));
        const expected = [...byKey]
          .filter(([key]) => key.startsWith(u8aToHex(prefix)))
          .sort(([a], [b]) => (a < b ? -1 : 1));
        expect([...trie.entries(prefix)].map(([key, value]) => [u8aToHex(key), u8aToHex(value)])).toEqual(
          expected,
        );
      }),
    );
  });

  it('refuses a key that occurs twice', () => {
    const key = Uint8Array.of(1);
    const twice: Entries = [
      [key, Uint8Array.of(1)],
      [Uint8Array.of(1), Uint8Array.of(2)],
    ];
    expect(() => buildTrie(twice, 1)).toThrowError(
      expect.objectContaining({ name: 'ProofError', code: 'PROOF_DUPLICATE_KEY' }),
    );
    expect(ProofError.prototype).toBeInstanceOf(Error);
  });
});

describe('an updated trie', () => {
  const anyChanges = fc.array(fc.tuple(anyKey, fc.option(anyValue)), { maxLength: 30 });

  it('is the trie built from the changed state', () => {
    fc.assert(
      fc.property(
        anyState(),
        anyChanges,
        fc.array(fc.nat(), { maxLength: 20 }),
        anyStateVersion,
        (entries, changes, picks, version) => {
          // Half of the changes hit keys that exist, deleting them.
          const deletions = picks.flatMap((pick) => {
            const entry = entries[pick % Math.max(1, entries.length)];
            return entry ? [[entry[0], null] as const] : [];
          });
          const all = [...changes, ...deletions];
          const state = new Map(entries.map((entry) => [u8aToHex(entry[0]), entry]));
          for (const [key, value] of all) {
            if (value === null) state.delete(u8aToHex(key));
            else state.set(u8aToHex(key), [key, value]);
          }
          const updated = buildTrie(entries, version).update(all);
          const rebuilt = buildTrie(state.values(), version);
          expect(updated.root).toEqual(rebuilt.root);
          expect(nodesOf(updated).map(hexOf)).toEqual(nodesOf(rebuilt).map(hexOf));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves the trie it came from as it was', () => {
    fc.assert(
      fc.property(anyState(), anyChanges, anyStateVersion, (entries, changes, version) => {
        const trie = buildTrie(entries, version);
        const before = nodesOf(buildTrie(entries, version)).map(hexOf);
        void trie.update(changes).root;
        expect(nodesOf(trie).map(hexOf)).toEqual(before);
      }),
    );
  });

  it('does not hash a large value again that it shares', () => {
    const code = new Uint8Array(100_000).fill(7);
    const state = (value: Uint8Array): Entries => [
      [Uint8Array.of(0x3a, 1), value],
      [Uint8Array.of(0x3a, 2), Uint8Array.of(1)],
    ];
    for (const version of [0, 1] as const) {
      const trie = buildTrie(state(code), version);
      void trie.root;
      const change = [[Uint8Array.of(0x55), Uint8Array.of(9)]] as const;
      const expected = buildTrie(state(code.slice()), version).update(change).root;
      // Changing the bytes behind the trie's back is forbidden, and shows whether they are read again.
      code[5] = 8;
      expect(trie.update(change).root).toEqual(expected);
      code[5] = 7;
    }
  });

  it('does not hash a value again whose node changes', () => {
    const key = Uint8Array.of(0x3a, 1);
    const code = new Uint8Array(100_000).fill(7);
    const trie = buildTrie([[key, code]], 1);
    void trie.root;
    // A key below turns the leaf into a branch.
    const change = [[Uint8Array.of(...key, 2), Uint8Array.of(9)]] as const;
    const expected = buildTrie([[key, code.slice()]], 1).update(change).root;
    code[5] = 8;
    expect(trie.update(change).root).toEqual(expected);
  });

  it('becomes a trie of version 1 when every value is set again under version 1', () => {
    fc.assert(
      fc.property(anyState(), (entries) => {
        const migrated = buildTrie(entries, 0).update(entries, 1);
        expect(migrated.root).toEqual(buildTrie(entries, 1).root);
      }),
    );
  });

  it('keeps the old form of the values that a change of version leaves alone', () => {
    const long = new Uint8Array(40).fill(1);
    const a = Uint8Array.of(0x10);
    const b = Uint8Array.of(0x20);
    const trie = buildTrie([[a, long]], 0).update([[b, long]], 1);
    const nodes = trie.prove([a, b]);
    // The value is an entry of its own only for b; for a it's inside the leaf.
    expect(nodes.filter((node) => hexOf(node) === hexOf(long))).toHaveLength(1);
    expect(nodes).toHaveLength(4);
    expect(trie.root).not.toEqual(
      buildTrie(
        [
          [a, long],
          [b, long],
        ],
        1,
      ).root,
    );
  });
});

describe.skipIf(!existsSync(chainSpecs))('the genesis state of a real chain', () => {
  it.each(['paseo', 'kusama-local', 'asset-hub-kusama-local', 'penpal-westend'])(
    'of %s has the root that smoldot computes, in both versions',
    async (name) => {
      const entries = genesisOf(name);
      for (const version of [0, 1] as const) {
        expect(u8aToHex(buildTrie(bytes(entries), version).root)).toBe(
          await calculateStateRoot(entries, version),
        );
      }
    },
  );

  it('of Paseo gives the genesis hash under which the network is known', () => {
    const none = new Uint8Array(32);
    const header = encodeHeader({
      parentHash: none,
      number: 0,
      stateRoot: buildTrie(bytes(genesisOf('paseo')), 0).root,
      extrinsicsRoot: blake2b256(Uint8Array.of(0)),
      digest: [],
    });
    expect(u8aToHex(headerHash(header))).toBe(
      '0x77afd6190f1554ad45fd0d31aee62aacc33c6db0ea801129acb813f913e0764f',
    );
  });
});

function hexOf(node: Uint8Array): string {
  return u8aToHex(node);
}
