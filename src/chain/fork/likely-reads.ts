import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, isHex, toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { encodeList, encodeVec, ScaleReader } from '../../bytes/scale.ts';
import type { ProofKey } from '../../executor/storage/backend.ts';

/** SCALE `Vec<(String, Vec<u8>)>`: name of the trie, and key. */
export function encodeReads(keys: readonly ProofKey[]): Uint8Array {
  return encodeList(
    keys.map(({ trie, key }) => concatBytes(encodeVec(encodeText(trie)), encodeVec(fromHex(key)))),
  );
}

/** What was remembered; nothing, when it cannot be read: it only saves time. */
export function decodeReads(record: Uint8Array | null): ProofKey[] {
  if (record === null) return [];
  try {
    const reader = new ScaleReader(record, 'keys that were read');
    return reader
      .list(() => ({ trie: reader.string(), key: toHex(reader.vec()) }))
      .filter(({ trie }) => isHex(`0x${trie}`));
  } catch (error) {
    if (error instanceof MalformedBytes || error instanceof RangeError) return [];
    throw error;
  }
}
