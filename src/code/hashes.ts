import type { Hex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { hashCode } from './inspect.ts';
import { isCompressed, unpackCode } from './zstd.ts';

/** The hashes by which people know one code. */
export interface CodeHashes {
  /** Of the bytes as they are: what the relay chain stores, and what a block declares. */
  readonly codeHash: Hex;
  /** Of the module inside; null for what cannot be unpacked. */
  readonly unpackedHash: Hex | null;
  readonly compressed: boolean;
}

export function hashesOf(blob: Uint8Array): CodeHashes {
  return { codeHash: hashCode(blob), unpackedHash: unpackedHash(blob), compressed: isCompressed(blob) };
}

function unpackedHash(blob: Uint8Array): Hex | null {
  try {
    return hashCode(unpackCode(blob));
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}
