import { blake2b } from '@noble/hashes/blake2.js';
import { toHex } from '../../bytes/hex.ts';
import type { Hex } from '../../domain/units.ts';

/** Passes a bundle through and hashes it on the way. */
export interface HashedBundle {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** blake2-256 of everything that went through; whole once the chunks have ended. */
  hash(): Hex;
}

/** What the rescue contract names as evidence: blake2-256 of the whole file. */
export function hashBundle(chunks: AsyncIterable<Uint8Array | string>): HashedBundle {
  const state = blake2b.create({ dkLen: 32 });
  const encoder = new TextEncoder();
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
      state.update(bytes);
      yield bytes;
    }
  }
  return { chunks: pass(), hash: () => toHex(state.clone().digest()) };
}
