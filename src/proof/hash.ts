import { createBLAKE2b, createXXHash64 } from 'hash-wasm';

export { blake2b256 } from '../bytes/blake2.ts';

// Compiled once while the module loads, so that hashing itself is synchronous. Each hasher is used from init
// to digest without a pause, so sharing it is safe. Why this library: docs/decisions/0003-blake2b.md.
const [blake128, ...xxhashers] = await Promise.all([
  createBLAKE2b(128),
  createXXHash64(0, 0),
  createXXHash64(1, 0),
  createXXHash64(2, 0),
  createXXHash64(3, 0),
]);

/** BLAKE2b with 16 bytes of output, the hash inside `Blake2_128` and `Blake2_128Concat` keys. */
export function blake2b128(data: Uint8Array): Uint8Array {
  return blake128.init().update(data).digest('binary');
}

/** xxHash64 with seed 0, little-endian: the hash inside `Twox64Concat` keys. Not collision-resistant. */
export function twox64(data: Uint8Array): Uint8Array {
  return twox(data, 1);
}

/** Names of pallets and items, which runtimes hash whenever they touch storage: by their bytes as Latin-1, up to a few at once. */
const NAMES = new Map<string, Uint8Array>();
const LONGEST_NAME = 64;
const MOST_NAMES = 4096;

/** Two xxHash64 with seeds 0 and 1, little-endian: the hash of pallet and item names. Not collision-resistant. */
export function twox128(data: Uint8Array): Uint8Array {
  if (data.length > LONGEST_NAME) return twox(data, 2);
  const name = String.fromCharCode(...data);
  let hash = NAMES.get(name);
  if (hash === undefined) {
    hash = twox(data, 2);
    if (NAMES.size >= MOST_NAMES) NAMES.clear();
    NAMES.set(name, hash);
  }
  return hash.slice();
}

/** Four xxHash64 with seeds 0 to 3, little-endian. Not collision-resistant. */
export function twox256(data: Uint8Array): Uint8Array {
  return twox(data, 4);
}

function twox(data: Uint8Array, rounds: number): Uint8Array {
  const out = new Uint8Array(rounds * 8);
  for (let seed = 0; seed < rounds; seed++) {
    const hasher = xxhashers[seed] as (typeof xxhashers)[number];
    out.set(hasher.init().update(data).digest('binary').reverse(), seed * 8);
  }
  return out;
}
