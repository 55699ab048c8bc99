import { beginsWith } from '../bytes/bytes.ts';
import { decompressFrame, tooLarge } from './zstd/frame.ts';

/** Marks a compressed blob (`sp_maybe_compressed_blob::ZSTD_PREFIX`). */
export const PREFIX = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
/** `sp_maybe_compressed_blob::CODE_BLOB_BOMB_LIMIT`: nodes take no code that is larger when unpacked. */
export const LARGEST_CODE = 50 * 1024 * 1024;

export { decompressFrame } from './zstd/frame.ts';

/** True for a blob that is zstd behind Substrate's 8-byte prefix. */
export function isCompressed(blob: Uint8Array): boolean {
  return beginsWith(blob, PREFIX);
}

/**
 * The wasm of a code blob as chains store it, compressed or not; whether it is wasm is not looked at.
 * @throws MalformedBytes when it is damaged, or larger than nodes take.
 */
export function unpackCode(blob: Uint8Array): Uint8Array {
  if (isCompressed(blob)) return decompressFrame(blob.subarray(PREFIX.length), LARGEST_CODE);
  if (blob.length > LARGEST_CODE) throw tooLarge(LARGEST_CODE);
  return blob;
}
