import { blake2b256, buildTrie, ProofError, type Trie, verifyReadProof } from '../../src/proof/index.ts';
import { createRandom, mutateProof, type Random } from '../proof/proof-mutations.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';

/**
 * Damaged read proofs. Under the true root one must show the true values or be refused. A quarter of the runs move the root to
 * the damaged nodes, so that the decoder meets them: whatever they say then, it must answer or refuse.
 */
export function proofTarget(): Target {
  let sample: { group: number; trie: Trie; keys: Uint8Array[]; proof: Uint8Array[] } | null = null;
  return {
    name: 'proofs',
    attack: (random, group): Outcome => {
      if (sample?.group !== group) {
        const state = randomState(createRandom(group));
        sample = { group, ...state, proof: state.trie.prove(state.keys) };
      }
      const { trie, keys, proof } = sample;
      const mutated = mutateProof(random, proof);
      const moves = random.below(4) === 0;
      const stateRoot = moves ? movedRoot(random, mutated, trie.root) : trie.root;
      try {
        const values = verifyReadProof({ stateRoot, proof: mutated, keys, strict: random.below(2) === 0 });
        if (moves) return 'other';
        if (values.every((value, at) => same(value, trie.get(keys[at] as Uint8Array)))) return 'same';
      } catch (error) {
        if (error instanceof ProofError) return 'refused';
        throw error;
      }
      throw new Breach('a false value was accepted');
    },
  };
}

/** The hash of a node of the damaged proof, as if that were the root. */
function movedRoot(random: Random, proof: readonly Uint8Array[], otherwise: Uint8Array): Uint8Array {
  const node = proof[random.below(Math.min(3, proof.length))];
  return node === undefined ? otherwise : blake2b256(node);
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

/** A state with crowded and sparse keys, values around the borders of the format, and keys in and beside it. */
function randomState(random: Random): { trie: Trie; keys: Uint8Array[] } {
  const state = new Map<string, readonly [Uint8Array, Uint8Array]>();
  const crowded = [0x00, 0x01, 0x0f, 0x10, 0x11, 0xf0, 0xff];
  const anyKey = () =>
    random.below(3) === 0
      ? random.bytes(random.below(50))
      : Uint8Array.from({ length: random.below(6) }, () => crowded[random.below(crowded.length)] as number);
  const lengths = [0, 1, 5, 20, 31, 32, 33, 34, 63, 64, 80, 200, 5000];
  for (let i = random.below(60); i >= 0; i--) {
    const key = anyKey();
    state.set(key.join(), [key, new Uint8Array(lengths[random.below(lengths.length)] as number).fill(i)]);
  }
  const inside = [...state.values()].map(([key]) => key).filter(() => random.below(4) === 0);
  const trie = buildTrie(state.values(), random.below(2) === 0 ? 0 : 1);
  return { trie, keys: [...inside, anyKey(), anyKey()] };
}
