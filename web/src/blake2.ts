import { blake2b } from '@noble/hashes/blake2.js';

/** In place of `src/bytes/blake2.ts` in the page itself, which may not run WebAssembly; its workers may, and have the fast one. */

export const blake2b256 = (data: Uint8Array): Uint8Array => blake2b(data, { dkLen: 32 });

export const blake2b64 = (data: Uint8Array): Uint8Array => blake2b(data, { dkLen: 8 });

export async function startBlake2b256(): Promise<{ update(piece: Uint8Array): void; digest(): Uint8Array }> {
  const hasher = blake2b.create({ dkLen: 32 });
  return { update: (piece) => void hasher.update(piece), digest: () => hasher.digest() };
}
