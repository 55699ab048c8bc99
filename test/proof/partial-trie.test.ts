import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { blake2b256, buildTrie, ProofError, type StateVersion, type Trie } from '../../src/proof/index.ts';
import { NodeStore } from '../../src/proof/node-store.ts';
import { openTrie } from '../../src/proof/trie.ts';
import { MissingTrieNode } from '../../src/proof/trie-walk.ts';
import { anyKey, anyState, anyStateVersion, anyValue, type Entries } from './trie-arbitraries.ts';

/** A trie of which nothing but the root is known at first; `asking` supplies what is missing, one node after the other. */
function partOf(whole: Trie): { trie: Trie; asking: <T>(operation: () => T) => T; supplied: () => number } {
  const nodes = new NodeStore(Number.POSITIVE_INFINITY);
  const known = new Set<Hex>();
  /** The first node of the way that is not known: a proof has its nodes in that order. */
  const supply = (through: Uint8Array) => {
    const next = whole.prove([through]).find((bytes) => !known.has(toHex(blake2b256(bytes))));
    if (next === undefined) throw new Error(`a proof of ${toHex(through)} brings nothing new`);
    const hash = toHex(blake2b256(next));
    known.add(hash);
    nodes.add(hash, next);
  };
  return {
    trie: openTrie(whole.root, nodes, whole.stateVersion),
    supplied: () => known.size,
    asking: (operation) => {
      for (;;) {
        try {
          return operation();
        } catch (error) {
          if (!(error instanceof MissingTrieNode)) throw error;
          supply(error.missing.through);
        }
      }
    },
  };
}

const hexes = (keys: Iterable<Uint8Array>) => [...keys].map(toHex);
const listed = (trie: Trie, prefix?: Uint8Array) =>
  [...trie.entries(prefix)].map(([key, value]) => [toHex(key), toHex(value)]);

/** Changes of which about half hit keys that are there. */
const anyChanges = fc.tuple(
  fc.array(fc.tuple(anyKey, fc.option(anyValue)), { maxLength: 12 }),
  fc.array(fc.tuple(fc.nat(), fc.option(anyValue, { freq: 1 })), { maxLength: 12 }),
);

function changesOn(
  entries: Entries,
  [free, hits]: typeof anyChanges extends fc.Arbitrary<infer T> ? T : never,
) {
  const onKeys = hits.flatMap(([pick, value]) => {
    const entry = entries[pick % Math.max(1, entries.length)];
    return entry ? [[entry[0], value] as const] : [];
  });
  return [...free, ...onKeys];
}

describe('a trie known in parts', () => {
  it('reads, finds and proves what the whole one does, as soon as it has what it asks for', () => {
    fc.assert(
      fc.property(
        anyState(40),
        anyStateVersion,
        fc.array(anyKey, { maxLength: 4 }),
        (entries, version, others) => {
          const whole = buildTrie(entries, version);
          const keys = [...others, ...entries.slice(0, 6).map(([key]) => key)];
          for (const key of keys) {
            const part = partOf(whole);
            const prefix = key.subarray(0, key.length >> 1);
            const { trie, asking } = part;
            expect(asking(() => trie.has(key))).toBe(whole.has(key));
            expect(asking(() => trie.digest(key)?.hash)).toEqual(whole.digest(key)?.hash);
            expect(asking(() => trie.get(key))).toEqual(whole.get(key));
            expect(asking(() => trie.next(key))).toEqual(whole.next(key));
            expect(asking(() => trie.next(key, prefix))).toEqual(whole.next(key, prefix));
            expect(asking(() => hexes(trie.keys(prefix, key)))).toEqual(hexes(whole.keys(prefix, key)));
            expect(asking(() => listed(trie, prefix))).toEqual(listed(whole, prefix));
            expect(asking(() => trie.prove([key]))).toEqual(whole.prove([key]));
            expect(trie.root).toEqual(whole.root);
          }
          const { trie, asking } = partOf(whole);
          expect(asking(() => trie.prove(keys))).toEqual(whole.prove(keys));
          expect(asking(() => listed(trie))).toEqual(listed(whole));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the least key above another that begins with a prefix', () => {
    fc.assert(
      fc.property(anyState(40), anyKey, anyKey, (entries, after, prefix) => {
        const trie = buildTrie(entries, 1);
        const sorted = entries.map(([key]) => toHex(key)).sort();
        const above = sorted.filter((key) => key > toHex(after));
        const inside = above.filter((key) => key.startsWith(toHex(prefix)));
        expect(trie.next(after)).toEqual(entries.find(([key]) => toHex(key) === above[0])?.[0] ?? null);
        expect(hexes(trie.keys(prefix, after))).toEqual(inside);
        const next = trie.next(after, prefix);
        expect(next && toHex(next)).toBe(inside[0] ?? null);
      }),
      { numRuns: 300 },
    );
  });

  it('changes into the trie that the whole one changes into, twice over and across state versions', () => {
    fc.assert(
      fc.property(
        anyState(40),
        fc.tuple(anyStateVersion, anyStateVersion, anyStateVersion),
        anyChanges,
        anyChanges,
        (entries, [before, then, last], first, second) => {
          const whole = buildTrie(entries, before);
          const { trie, asking } = partOf(whole);
          const steps: [ReturnType<typeof changesOn>, StateVersion][] = [
            [changesOn(entries, first), then],
            [changesOn(entries, second), last],
          ];
          let [all, part] = [whole, trie];
          for (const [changes, version] of steps) {
            all = all.update(changes, version);
            const from = part;
            const untouched = from.root;
            part = asking(() => from.update(changes, version));
            expect(part.root).toEqual(all.root);
            expect(from.root).toEqual(untouched);
          }
          // Nodes that are still missing are those of the first state: nobody else has any.
          expect(asking(() => listed(part))).toEqual(listed(all));
          expect(asking(() => listed(trie))).toEqual(listed(whole));
          expect(asking(() => part.prove(entries.map(([key]) => key)))).toEqual(
            all.prove(entries.map(([key]) => key)),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('needs the sibling of what is removed where a branch goes with it, and no value', () => {
    const value = new Uint8Array(50).fill(7);
    const [a, b, c] = [0x10, 0x11, 0x20].map((byte) => Uint8Array.of(byte, 1)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const whole = buildTrie(
      [
        [a, Uint8Array.of(...value, 7)],
        [b, value],
        [c, Uint8Array.of(1)],
      ],
      1,
    );
    const { trie, asking, supplied } = partOf(whole);
    const removed = asking(() => trie.update([[a, null]]));
    expect(removed.root).toEqual(whole.update([[a, null]]).root);
    // The root, the branch, both leaves; `c` is inline, and nobody looked at the value.
    expect(supplied()).toBe(4);
    expect(asking(() => removed.get(b))).toEqual(value);
    expect(supplied()).toBe(5);
  });

  it('is the empty trie where the root says so', () => {
    const empty = buildTrie([], 1);
    const trie = openTrie(empty.root, new NodeStore(0), 1);
    const key = Uint8Array.of(1);
    expect([trie.get(key), trie.next(key), [...trie.entries()]]).toEqual([null, null, []]);
    expect(trie.update([[key, key]]).root).toEqual(buildTrie([[key, key]], 1).root);
    expect(trie.update([[key, null]]).root).toEqual(empty.root);
  });

  it('refuses bytes that are no node, and a key of half a byte', () => {
    for (const [bytes, message] of [
      [Uint8Array.of(0x80), /ends inside/],
      [Uint8Array.of(0x41, 0x01, 0x04, 0x01), /half a byte/],
    ] as const) {
      const nodes = new NodeStore(100);
      nodes.add(toHex(blake2b256(bytes)), bytes);
      const trie = openTrie(blake2b256(bytes), nodes, 0);
      expect(() => trie.get(Uint8Array.of(0x12))).toThrow(message);
      expect(() => trie.get(Uint8Array.of(0x12))).toThrow(ProofError);
    }
  });

  it('forgets what nobody looked up since it was told twice to age', () => {
    const nodes = new NodeStore(1_000_000);
    const encoded = [1, 2].map((value) => Uint8Array.of(0x42, 0x12, 0x04, value));
    const hashes = encoded.map(blake2b256);
    for (const [index, bytes] of encoded.entries()) nodes.add(toHex(hashes[index] as Uint8Array), bytes);
    const isThere = (index: number) => nodes.node(hashes[index] as Uint8Array, 0) !== undefined;
    nodes.age();
    expect(isThere(0)).toBe(true);
    nodes.age();
    expect([isThere(0), isThere(1)]).toEqual([true, false]);
  });
});
