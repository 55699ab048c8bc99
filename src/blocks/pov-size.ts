import * as zlib from 'node:zlib';
import { encodeVec } from '../bytes/scale.ts';
import { UNTOLD_SIZE } from '../domain/diagnosis/trial.ts';
import { encodeBlockData, type ProofOfValidity } from './validation.ts';

/** `sp_maybe_compressed_blob`: eight bytes before a zstd frame. */
const PREFIX_BYTES = 8;

/**
 * Why the relay chain would find a proof of validity too large; null when it would not. It counts the `PoV`, which is the block
 * data as a vector, compressed where that makes it smaller (polkadot-node-core-candidate-validation).
 */
export function sizeProblem(pov: ProofOfValidity, most: number): string | null {
  const plain = encodeVec(encodeBlockData(pov));
  if (plain.length <= most) return null;
  const compressed = compressedBytes(plain);
  if (compressed !== null && compressed <= most) return null;
  const sizes = `${plain.length} bytes${compressed === null ? '' : `, ${compressed} when compressed`}`;
  const doubt = compressed === null ? ` ${UNTOLD_SIZE}` : '';
  return `its proof of validity has ${sizes}, and ${most} are allowed${doubt}`;
}

/** Null where Node.js has no zstd, as before version 22.15. */
function compressedBytes(bytes: Uint8Array): number | null {
  if (!('zstdCompressSync' in zlib)) return null;
  const compress = zlib.zstdCompressSync as (bytes: Uint8Array) => Uint8Array;
  return PREFIX_BYTES + compress(bytes).length;
}
