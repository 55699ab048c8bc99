import { u8aToHex } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTrie, createProofVerifier, ProofError, verifyReadProof } from '../../src/proof/index.ts';
import { createProof, decodeProof } from '../support/smoldot.ts';
import { createRandom, MUTATION_NAMES, MUTATIONS, mutateProof } from './proof-mutations.ts';
import { anyKey, anyState, anyStateVersion, type Entries, hexEntries } from './trie-arbitraries.ts';

const refused = (code: string) => expect.objectContaining({ name: 'ProofError', code });

/** A state, keys of which some are in it, and a seed. */
const anyCase = fc.record({
  entries: anyState(),
  version: anyStateVersion,
  others: fc.array(anyKey, { maxLength: 5 }),
  seed: fc.integer(),
});

function keysFor(entries: Entries, others: readonly Uint8Array[], seed: number): Uint8Array[] {
  const random = createRandom(seed);
  const picked = entries.map(([key]) => key).filter(() => random.below(3) === 0);
  // Keys beside existing ones: one byte longer, one shorter, last bit flipped.
  const beside = picked.flatMap((key) => [
    Uint8Array.from([...key, random.below(256)]),
    key.slice(0, -1),
    key.map((byte, i) => (i === key.length - 1 ? byte ^ (1 << random.below(8)) : byte)),
  ]);
  return [...picked, ...beside.filter(() => random.below(2) === 0), ...others];
}

describe('a read proof', () => {
  it('shows every key it was made for, present or absent, and needs each of its nodes', () => {
    fc.assert(
      fc.property(anyCase, ({ entries, version, others, seed }) => {
        const trie = buildTrie(entries, version);
        const keys = keysFor(entries, others, seed);
        const proof = trie.prove(keys);
        const values = verifyReadProof({ stateRoot: trie.root, proof, keys, strict: true });
        expect(values).toEqual(keys.map((key) => trie.get(key)));
        for (let i = 0; i < proof.length; i++) {
          if (entries.length === 0) continue;
          const without = proof.toSpliced(i, 1);
          expect(() => verifyReadProof({ stateRoot: trie.root, proof: without, keys })).toThrowError(
            refused('PROOF_MISSING_NODE'),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds the values that smoldot finds in it', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ entries, version, others, seed }) => {
        fc.pre(entries.length > 0);
        const trie = buildTrie(entries, version);
        const keys = keysFor(entries, others, seed);
        fc.pre(keys.length > 0);
        const proof = trie.prove(keys);
        const decoded = await decodeProof(
          u8aToHex(trie.root),
          proof.map((node) => u8aToHex(node)),
        );
        const values = verifyReadProof({ stateRoot: trie.root, proof, keys });
        for (const [i, key] of keys.entries()) {
          const value = values[i] ?? null;
          // smoldot gives `undefined` or nothing for a key without a value.
          expect(decoded[u8aToHex(key)] ?? null).toBe(value === null ? null : u8aToHex(value));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('made by smoldot is read, key by key', async () => {
    await fc.assert(
      fc.asyncProperty(anyState(), fc.array(anyKey, { maxLength: 5 }), async (entries, others) => {
        fc.pre(entries.length > 0);
        const { trieRootHash, nodes } = await createProof([], hexEntries(entries));
        const trie = buildTrie(entries, 0);
        const verifier = createProofVerifier(
          trie.root,
          nodes.map((node) => Uint8Array.from(Buffer.from(node.slice(2), 'hex'))),
        );
        expect(u8aToHex(trie.root)).toBe(trieRootHash);
        // Three times: the verifier remembers the ways it has gone.
        const keys = [...entries.map(([key]) => key), ...others];
        for (const key of [...keys, ...keys.toReversed(), ...keys]) {
          expect(verifier.get(key)).toEqual(trie.get(key));
        }
        expect(verifier.unusedNodes()).toBe(nodes.length - new Set(nodes).size);
      }),
      { numRuns: 200 },
    );
  });

  it('of a key that ends inside a partial key of zeros needs no more nodes', () => {
    const trie = buildTrie(
      [0, 1].map((last) => [Uint8Array.of(0, 0, last), new Uint8Array(40).fill(last)]),
      0,
    );
    for (const key of [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(0, 0)]) {
      const proof = trie.prove([key]);
      expect(proof).toHaveLength(1);
      expect(verifyReadProof({ stateRoot: trie.root, proof, keys: [key] })).toEqual([null]);
    }
  });

  it('in any order of its nodes shows the same', () => {
    fc.assert(
      fc.property(anyCase, ({ entries, version, others, seed }) => {
        const trie = buildTrie(entries, version);
        const keys = keysFor(entries, others, seed);
        const proof = MUTATIONS.reorder(createRandom(seed), trie.prove(keys));
        expect(verifyReadProof({ stateRoot: trie.root, proof, keys, strict: true })).toEqual(
          keys.map((key) => trie.get(key)),
        );
      }),
    );
  });

  it.each(MUTATION_NAMES)('damaged by %s shows the same values or is refused', (name) => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), ({ entries, version, others, seed }, strict) => {
        const trie = buildTrie(entries, version);
        const keys = keysFor(entries, others, seed);
        const proof = trie.prove(keys);
        fc.pre(proof.length > 0);
        const mutated = MUTATIONS[name](createRandom(seed), proof);
        expectTruthOrRefusal(trie.get, { stateRoot: trie.root, proof: mutated, keys, strict });
      }),
      { numRuns: 300 },
    );
  });

  it('damaged many times over shows the same values or is refused', () => {
    const random = createRandom(20261123);
    const cases = fc.sample(anyCase, { numRuns: 60, seed: 7 });
    for (const { entries, version, others, seed } of cases) {
      const trie = buildTrie(entries, version);
      const keys = keysFor(entries, others, seed);
      const proof = trie.prove(keys);
      for (let i = 0; i < 500 && proof.length > 0; i++) {
        expectTruthOrRefusal(trie.get, { stateRoot: trie.root, proof: mutateProof(random, proof), keys });
      }
    }
  });

  it('whose root hash is changed too shows nothing under the true root', () => {
    fc.assert(
      fc.property(anyCase, ({ entries, version, others, seed }) => {
        const trie = buildTrie(entries, version);
        const forged = trie.update([[Uint8Array.of(0x42), Uint8Array.of(0x42)]]);
        const keys = [...keysFor(entries, others, seed), Uint8Array.of(0x42)];
        fc.pre(u8aToHex(forged.root) !== u8aToHex(trie.root) && entries.length > 0);
        expect(() => verifyReadProof({ stateRoot: trie.root, proof: forged.prove(keys), keys })).toThrowError(
          refused('PROOF_MISSING_NODE'),
        );
      }),
    );
  });
});

describe('a strict read proof', () => {
  const entries: Entries = Array.from({ length: 40 }, (_, i) => [
    Uint8Array.of(i, i * 3, 7),
    new Uint8Array(i + 10).fill(i),
  ]);
  const trie = buildTrie(entries, 1);
  const keys = entries.slice(0, 3).map(([key]) => key);

  it('is refused with a node that no key needs, which a lenient one may carry', () => {
    const proof = trie.prove([...keys, Uint8Array.of(39, 117, 7)]);
    const options = { stateRoot: trie.root, proof, keys };
    expect(verifyReadProof(options)).toEqual(keys.map((key) => trie.get(key)));
    expect(() => verifyReadProof({ ...options, strict: true })).toThrowError(refused('PROOF_UNUSED_NODE'));
  });

  it('is refused with a repeated node, which a lenient one may carry', () => {
    const proof = trie.prove(keys);
    const options = { stateRoot: trie.root, proof: [...proof, proof[0]?.slice() ?? new Uint8Array()], keys };
    expect(verifyReadProof(options)).toEqual(keys.map((key) => trie.get(key)));
    expect(() => verifyReadProof({ ...options, strict: true })).toThrowError(refused('PROOF_DUPLICATE_NODE'));
  });

  it('of no keys must be empty', () => {
    expect(verifyReadProof({ stateRoot: trie.root, proof: [], keys: [], strict: true })).toEqual([]);
    expect(() =>
      verifyReadProof({ stateRoot: trie.root, proof: trie.prove(keys), keys: [], strict: true }),
    ).toThrowError(refused('PROOF_UNUSED_NODE'));
  });

  it('of the empty state shows every key absent, with its one node or without', () => {
    const { root } = buildTrie([], 1);
    for (const proof of [[], [Uint8Array.of(0)]]) {
      expect(verifyReadProof({ stateRoot: root, proof, keys, strict: true })).toEqual([null, null, null]);
    }
  });
});

describe('a proof verifier', () => {
  it('gives plain arrays of the value alone, also from nodes in a shared buffer', () => {
    const [long, short] = [Uint8Array.of(0x11), Uint8Array.of(0x22)];
    const trie = buildTrie(
      [
        [long, new Uint8Array(40).fill(7)],
        [short, Uint8Array.of(5, 6)],
      ],
      1,
    );
    const nodes = trie.prove([long, short]).map((node) => Buffer.concat([Buffer.alloc(3), node]).subarray(3));
    const verifier = createProofVerifier(trie.root, nodes);
    expect(verifier.get(long)).toStrictEqual(new Uint8Array(40).fill(7));
    expect(verifier.get(short)).toStrictEqual(Uint8Array.of(5, 6));
  });

  it('counts the nodes that nothing has needed yet', () => {
    const entries: Entries = [0x10, 0x20, 0x30].map((first) => [Uint8Array.of(first), new Uint8Array(50)]);
    const trie = buildTrie(
      entries.map(([key], i) => [key, new Uint8Array(50).fill(i)]),
      0,
    );
    const verifier = createProofVerifier(trie.root, trie.prove(entries.map(([key]) => key)));
    expect(verifier.unusedNodes()).toBe(4);
    verifier.get(Uint8Array.of(0x10));
    verifier.get(Uint8Array.of(0x10));
    expect(verifier.unusedNodes()).toBe(2);
  });

  it('finds each of many nodes', () => {
    const random = createRandom(3);
    const entries: Entries = Array.from({ length: 20_000 }, () => [random.bytes(32), random.bytes(60)]);
    const trie = buildTrie(entries, 1);
    const verifier = createProofVerifier(trie.root, trie.prove(entries.map(([key]) => key)), {
      strict: true,
    });
    expect(entries.every(([key, value]) => u8aToHex(verifier.get(key)) === u8aToHex(value))).toBe(true);
    expect(verifier.unusedNodes()).toBe(0);
  });

  it.each([
    ['a root of the wrong length', new Uint8Array(31), []],
    ['a node that is a string', new Uint8Array(32), ['0x00']],
  ])('refuses %s', (_, root, nodes) => {
    expect(() => createProofVerifier(root, nodes as unknown as Uint8Array[])).toThrowError(
      refused('PROOF_BAD_ARGUMENT'),
    );
  });
});

function expectTruthOrRefusal(
  truth: (key: Uint8Array) => Uint8Array | null,
  options: Parameters<typeof verifyReadProof>[0],
): void {
  let values: (Uint8Array | null)[];
  try {
    values = verifyReadProof(options);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return;
  }
  expect(values).toEqual(options.keys.map(truth));
}
