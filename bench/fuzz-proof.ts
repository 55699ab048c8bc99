// Damages proofs at random: `node dist/bench/fuzz-proof.js [mutations] [seed]`, a million by default. A damaged proof
// under the true root must show the true values or be refused. A quarter of the runs also move the root to the
// damaged nodes, so that the decoder meets them: whatever they say then, it must answer or refuse, never crash.
// Ends with exit status 1 at the first breach, printing what repeats it.
import { blake2b256, buildTrie, ProofError, type Trie, verifyReadProof } from '../src/proof/index.ts';
import { createRandom, mutateProof, type Random } from '../test/proof/proof-mutations.ts';

const [mutations = 1_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const random = createRandom(seed);
const outcomes = { sameValues: 0, refused: 0, movedRootRead: 0, movedRootRefused: 0 };
const codes = new Map<string, number>();
console.log(`${mutations} mutations with seed ${seed}`);

for (let done = 0; done < mutations; ) {
  const { trie, keys } = randomState(random);
  const root = trie.root;
  const proof = trie.prove(keys);
  for (let i = 0; i < 200 && done < mutations; i++, done++) {
    const mutated = mutateProof(random, proof);
    const moves = random.below(4) === 0;
    try {
      const stateRoot = moves ? movedRoot(mutated, root) : root;
      const values = verifyReadProof({ stateRoot, proof: mutated, keys, strict: random.below(2) === 0 });
      if (!moves && !values.every((value, k) => same(value, trie.get(keys[k] as Uint8Array)))) {
        fail('accepted a false value', done);
      }
      if (moves) outcomes.movedRootRead++;
      else outcomes.sameValues++;
    } catch (error) {
      if (!(error instanceof ProofError)) {
        console.error(error);
        fail('crashed', done);
      } else {
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
        if (moves) outcomes.movedRootRefused++;
        else outcomes.refused++;
      }
    }
  }
}
console.log('no false acceptance, no crash', outcomes, Object.fromEntries(codes));

function fail(what: string, done: number): never {
  console.error(`${what} at mutation ${done} of seed ${seed}`);
  process.exit(1);
}

/** The hash of a node of the damaged proof, as if that were the root. */
function movedRoot(proof: readonly Uint8Array[], otherwise: Uint8Array): Uint8Array {
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
