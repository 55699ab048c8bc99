import { createXXHash64 } from 'hash-wasm';

// As in blake2.ts: compiled once, used without a pause.
const shared = await createXXHash64(0, 0);

/** xxHash64 with seed 0. */
export function xxHash64(data: Uint8Array): bigint {
  const bigEndian = shared.init().update(data).digest('binary');
  return new DataView(bigEndian.buffer, bigEndian.byteOffset, 8).getBigUint64(0);
}
