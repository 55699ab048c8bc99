import { createBLAKE2b } from 'hash-wasm';

// Compiled once while the module loads, so that hashing itself is synchronous. The hasher is used from init to digest
// without a pause, so sharing it is safe. Why this library: docs/decisions/0003-blake2b.md.
const shared = await createBLAKE2b(256);
const shared64 = await createBLAKE2b(64);

/** BLAKE2b with 32 bytes of output: Substrate's hash of trie nodes, headers, code and extrinsics. */
export function blake2b256(data: Uint8Array): Uint8Array {
  return shared.init().update(data).digest('binary');
}

/** BLAKE2b with 8 bytes of output: ids of runtime APIs. */
export function blake2b64(data: Uint8Array): Uint8Array {
  return shared64.init().update(data).digest('binary');
}

/** `blake2b256` of bytes that come in pieces, with pauses between them. */
export async function startBlake2b256(): Promise<{
  update(piece: Uint8Array): void;
  digest(): Uint8Array;
}> {
  const hasher = (await createBLAKE2b(256)).init();
  return {
    update: (piece) => void hasher.update(piece),
    digest: () => hasher.digest('binary'),
  };
}
