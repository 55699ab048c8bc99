/** Random numbers from a seed (mulberry32), so that a failing run can be repeated. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  bytes(length: number): Uint8Array;
}

export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return { below, bytes: (length) => Uint8Array.from({ length }, () => below(256)) };
}

/** How a proof can be damaged; each gives a new list and leaves the given one alone. */
export const MUTATIONS = {
  flipBit: (random, proof) =>
    changeNode(random, proof, (node) => {
      const index = random.below(node.length);
      node[index] = (node[index] ?? 0) ^ (1 << random.below(8));
      return node;
    }),
  setByte: (random, proof) =>
    changeNode(random, proof, (node) => {
      node[random.below(node.length)] = random.below(256);
      return node;
    }),
  insertByte: (random, proof) =>
    changeNode(random, proof, (node) => {
      const at = random.below(node.length + 1);
      return Uint8Array.from([...node.subarray(0, at), random.below(256), ...node.subarray(at)]);
    }),
  removeByte: (random, proof) =>
    changeNode(random, proof, (node) => {
      const at = random.below(node.length);
      return Uint8Array.from([...node.subarray(0, at), ...node.subarray(at + 1)]);
    }),
  truncate: (random, proof) =>
    changeNode(random, proof, (node) => node.slice(0, random.below(node.length + 1))),
  extend: (random, proof) =>
    changeNode(random, proof, (node) => Uint8Array.from([...node, ...random.bytes(1 + random.below(40))])),
  splice: (random, proof) =>
    changeNode(random, proof, (node) => {
      const other = proof[random.below(proof.length)] ?? node;
      const from = random.below(other.length + 1);
      const piece = other.subarray(from, from + random.below(64));
      node.set(piece.subarray(0, node.length), random.below(Math.max(1, node.length - piece.length + 1)));
      return node;
    }),
  dropNode: (random, proof) => proof.toSpliced(random.below(proof.length), 1),
  repeatNode: (random, proof) =>
    proof.toSpliced(
      random.below(proof.length + 1),
      0,
      ...proof.slice(random.below(proof.length)).slice(0, 1),
    ),
  addNode: (random, proof) =>
    proof.toSpliced(random.below(proof.length + 1), 0, random.bytes(random.below(80))),
  reorder: (random, proof) => {
    const out = [...proof];
    for (let i = out.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [out[i], out[j]] = [out[j] as Uint8Array, out[i] as Uint8Array];
    }
    return out;
  },
  joinNodes: (random, proof) => {
    const at = random.below(proof.length);
    const pair = proof.slice(at, at + 2);
    return proof.toSpliced(at, pair.length, Uint8Array.from(pair.flatMap((node) => [...node])));
  },
} satisfies Record<string, (random: Random, proof: readonly Uint8Array[]) => Uint8Array[]>;

export type MutationName = keyof typeof MUTATIONS;

export const MUTATION_NAMES = Object.keys(MUTATIONS) as MutationName[];

/** One to three random mutations in a row. */
export function mutateProof(random: Random, proof: readonly Uint8Array[]): Uint8Array[] {
  let mutated = [...proof];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const name = MUTATION_NAMES[random.below(MUTATION_NAMES.length)] as MutationName;
    mutated = MUTATIONS[name](random, mutated);
  }
  return mutated;
}

function changeNode(
  random: Random,
  proof: readonly Uint8Array[],
  change: (copy: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const index = random.below(proof.length);
  const node = proof[index];
  return node === undefined ? [...proof] : proof.with(index, change(node.slice()));
}
