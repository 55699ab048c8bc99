import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { decodeCompactProof, encodeCompactProof } from '../../src/proof/compact-proof.ts';
import { blake2b256, buildTrie, ProofError, type Trie } from '../../src/proof/index.ts';
import { anyState, anyStateVersion, type Entries } from './trie-arbitraries.ts';

const CHILD_PREFIX = encodeText(':child_storage:default:');
const nodesOf = (trie: Trie) => trie.prove([...trie.entries()].map(([key]) => key));
const hexes = (nodes: Iterable<Uint8Array>) => [...nodes].map(toHex).sort();
const unique = (nodes: readonly Uint8Array[]) => [
  ...new Map(nodes.map((node) => [toHex(node), node])).values(),
];

/** A main trie that holds the roots of these child tries. */
function family(main: Entries, children: readonly Entries[], version: 0 | 1) {
  const tries = children
    .filter((entries) => entries.length > 0)
    .map((entries) => buildTrie(entries, version));
  const roots = tries.map(
    (trie, place) => [concatBytes(CHILD_PREFIX, Uint8Array.of(place)), trie.root] as const,
  );
  return { main: buildTrie(main, version).update(roots), tries };
}

const anyFamily = fc
  .tuple(anyState(25), fc.array(anyState(12), { maxLength: 3 }), anyStateVersion)
  .map(([main, children, version]) => family(main, children, version));

describe('a compact proof', () => {
  it('gives back the nodes that it was made of, of the main trie and of child tries', () => {
    fc.assert(
      fc.property(anyFamily, ({ main, tries }) => {
        const nodes = unique([main, ...tries].flatMap(nodesOf));
        if (nodes.length === 0) return;
        const compact = encodeCompactProof(nodes, main.root);
        const decoded = decodeCompactProof(compact, main.root);
        expect(hexes(decoded.values())).toEqual(hexes(nodes));
        for (const [hash, bytes] of decoded) expect(hash).toBe(toHex(blake2b256(bytes)));
        const size = (list: readonly Uint8Array[]) => list.reduce((sum, { length }) => sum + length, 0);
        expect(size(compact)).toBeLessThanOrEqual(size(nodes) + nodes.length);
      }),
      { numRuns: 200 },
    );
  });

  it('of some of the nodes gives back those that hang together with the root', () => {
    fc.assert(
      fc.property(anyFamily, fc.infiniteStream(fc.boolean()), ({ main, tries }, kept) => {
        const [root, ...others] = unique([main, ...tries].flatMap(nodesOf));
        if (!root) return;
        const some = [root, ...others.filter(() => kept.next().value)];
        const decoded = decodeCompactProof(encodeCompactProof(some, main.root), main.root);
        const given = new Set(some.map(toHex));
        for (const bytes of decoded.values()) expect(given.has(toHex(bytes))).toBe(true);
        // Made again of what came out, it is the same.
        expect(encodeCompactProof([...decoded.values()], main.root).map(toHex)).toEqual(
          encodeCompactProof(some, main.root).map(toHex),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('looks as sp-trie writes it: nodes in order, hashes of children left out, values detached', () => {
    const long = new Uint8Array(40).fill(9);
    const trie = buildTrie(
      [
        [Uint8Array.of(0x11), long],
        [Uint8Array.of(0x22), new Uint8Array(32).fill(8)],
      ],
      1,
    );
    // A branch of no partial key and children 1 and 2; a leaf of one nibble and a detached value, the value; a leaf.
    expect(encodeCompactProof(nodesOf(trie), trie.root).map(toHex)).toEqual([
      '0x800600' + '0000',
      '0x01' + '4101' + '00',
      toHex(long),
      `0x410280${'08'.repeat(32)}`,
    ]);
    const empty = buildTrie([], 1);
    expect(encodeCompactProof([Uint8Array.of(0)], empty.root)).toEqual([Uint8Array.of(0)]);
    expect([...decodeCompactProof([Uint8Array.of(0)], empty.root).values()]).toEqual([Uint8Array.of(0)]);
  });

  it('of another root, cut off, or with something after its end is refused', () => {
    const { main, tries } = family(
      Array.from({ length: 30 }, (_, place) => [
        Uint8Array.of(place * 7, place),
        new Uint8Array(40).fill(place),
      ]),
      [[[Uint8Array.of(1), new Uint8Array(40)]]],
      1,
    );
    const compact = encodeCompactProof([main, ...tries].flatMap(nodesOf), main.root);
    const code = (name: string) => expect.objectContaining({ name: 'ProofError', code: name });
    const decode =
      (items: readonly Uint8Array[], root = main.root) =>
      () =>
        decodeCompactProof(items, root);
    expect(decode(compact, new Uint8Array(32))).toThrow(code('PROOF_MISSING_NODE'));
    expect(decode([])).toThrow(code('PROOF_MISSING_NODE'));
    for (let length = 1; length < compact.length - 2; length++) {
      expect(decode(compact.slice(0, length))).toThrow(ProofError);
    }
    expect(decode([...compact, Uint8Array.of(0)])).toThrow(code('PROOF_UNUSED_NODE'));
    expect(() => encodeCompactProof([], main.root)).toThrow(code('PROOF_MISSING_NODE'));
    // The value of a node that has no place for it.
    expect(decode([Uint8Array.of(0x01, 0x41, 0x01, 0x04, 0x07), Uint8Array.of(1)])).toThrow(
      code('PROOF_BAD_NODE'),
    );
  });

  it('that is damaged is refused, or shows nothing but true nodes', () => {
    fc.assert(
      fc.property(
        anyFamily,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ main, tries }, item, place, flip) => {
          const nodes = unique([main, ...tries].flatMap(nodesOf));
          if (nodes.length === 0) return;
          const compact = encodeCompactProof(nodes, main.root);
          const damaged = compact.map((bytes) => bytes.slice());
          const hit = damaged[item % damaged.length] as Uint8Array;
          if (hit.length === 0) return;
          hit[place % hit.length] = (hit[place % hit.length] as number) ^ flip;
          try {
            const decoded = decodeCompactProof(damaged, main.root);
            for (const [hash, bytes] of decoded) expect(hash).toBe(toHex(blake2b256(bytes)));
          } catch (error) {
            expect(error).toBeInstanceOf(ProofError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that goes down very deep, or never ends, is refused in time', () => {
    // A branch with one child that follows, and so on: there is no end, and nothing recurses.
    const deep = Array.from({ length: 30_000 }, () => Uint8Array.of(0x80, 0x02, 0x00, 0x00));
    const root: Hex = toHex(buildTrie([], 0).root);
    expect(() => decodeCompactProof(deep, blake2b256(encodeText(root)))).toThrow(ProofError);
    const ended = [...deep, Uint8Array.of(0x41, 0x01, 0x00)];
    expect(() => decodeCompactProof(ended, blake2b256(encodeText(root)))).toThrow(ProofError);
  });
});
