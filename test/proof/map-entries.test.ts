import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { buildTrie, proofNodes, readMapEntries, type Trie } from '../../src/proof/index.ts';

const PREFIX = Uint8Array.from({ length: 32 }, (_, index) => index * 5);
const OTHER = Uint8Array.from({ length: 32 }, (_, index) => index * 5 + (index === 31 ? 1 : 0));

/** Keys of one length, as those of a map are, few or many of them, beside another map that shares most of its prefix. */
const anyMap = fc.record({
  keys: fc.uniqueArray(
    fc
      .tuple(fc.constantFrom(0x00, 0x01, 0x10, 0xff), fc.uint8Array({ minLength: 3, maxLength: 3 }))
      .map(([first, rest]) => toHex(Uint8Array.of(first, ...rest))),
    { maxLength: 60 },
  ),
  others: fc.integer({ min: 0, max: 3 }),
  version: fc.constantFrom(0 as const, 1 as const),
  length: fc.integer({ min: 0, max: 20 }),
});

function entriesOf(keys: readonly string[], length: number, salt = 0): [Uint8Array, Uint8Array][] {
  return keys.map((key, index) => [
    concatBytes(PREFIX, Buffer.from(key.slice(2), 'hex')),
    new Uint8Array(length).fill(index + salt),
  ]);
}

const shown = (entries: Iterable<readonly [Uint8Array, Uint8Array]>) =>
  [...entries].map(([key, value]) => [toHex(key), toHex(value)]).sort();

/** Asks for what is missing until nothing is; how often that was, and what was found. */
function readAll(trie: Trie, asked: readonly Uint8Array[], unless: Uint8Array | null = null) {
  const received: Uint8Array[] = [];
  let keys = asked;
  for (let rounds = 1; rounds < 20; rounds += 1) {
    received.push(...trie.prove(keys));
    const found: [Uint8Array, Uint8Array][] = [];
    const read = readMapEntries(
      proofNodes(trie.root, received),
      PREFIX,
      (key, value) => found.push([key, new Uint8Array(value)]),
      unless,
    );
    if (read.missing.length === 0) return { ...read, found, rounds };
    keys = read.missing;
  }
  throw new Error('there was no end of it');
}

describe('all entries of a map, by a proof', () => {
  it('are those of the trie, whoever asks for none of their keys', () => {
    fc.assert(
      fc.property(anyMap, ({ keys, others, version, length }) => {
        const own = entriesOf(keys, length);
        const beside = Array.from({ length: others }, (_, index): [Uint8Array, Uint8Array] => [
          concatBytes(OTHER, Uint8Array.of(index)),
          Uint8Array.of(1),
        ]);
        const trie = buildTrie([...own, ...beside], version);
        const read = readAll(trie, [PREFIX]);
        expect(shown(read.found)).toEqual(shown(own));
        expect(read.top === null).toBe(own.length === 0);
        // The same values are covered by one question, and so are other values under the same keys.
        expect(readAll(trie, [PREFIX, ...read.covering])).toMatchObject({ rounds: 1 });
        const changed = trie.update(entriesOf(keys, length, 1), version);
        const again = readAll(changed, [PREFIX, ...read.covering]);
        expect(again.rounds).toBe(1);
        expect(shown(again.found)).toEqual(shown(entriesOf(keys, length, 1)));
      }),
      { numRuns: 300 },
    );
  });

  it('are told again only when any of them has changed', () => {
    const own = entriesOf(['0x00000001', '0x00100002', '0xff000003'], 4);
    const trie = buildTrie(own, 1);
    const { top } = readAll(trie, [PREFIX]);
    expect(readAll(trie, [PREFIX], top)).toMatchObject({ isSame: true, found: [], top });
    const changed = trie.update([[own[0]?.[0] as Uint8Array, Uint8Array.of(9, 9, 9, 9)]]);
    const other = readAll(changed, [PREFIX], top);
    expect(other.isSame).toBe(false);
    expect(other.found).toHaveLength(3);
  });

  it('are missing, never absent, where a node is kept back', () => {
    const own = entriesOf(
      Array.from({ length: 50 }, (_, index) => `0x${(index * 5_000_011).toString(16).padStart(8, '0')}`),
      4,
    );
    const trie = buildTrie(own, 1);
    const proof = trie.prove(own.map(([key]) => key));
    for (let index = 0; index < proof.length; index += 1) {
      const nodes = proofNodes(trie.root, proof.toSpliced(index, 1));
      const { missing } = readMapEntries(nodes, PREFIX, () => undefined);
      expect(missing).not.toEqual([]);
    }
  });
});
