import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { blake2b128, blake2b256, twox64, twox128, twox256 } from './hash.ts';

/** How a storage map hashes a key, as metadata names it. */
export type StorageHasher =
  | 'Blake2_128'
  | 'Blake2_128Concat'
  | 'Blake2_256'
  | 'Twox128'
  | 'Twox64Concat'
  | 'Twox256'
  | 'Identity';

/** One key of a storage map: how it's hashed, and its SCALE encoding. */
export interface MapKey {
  readonly hasher: StorageHasher;
  readonly key: Uint8Array;
}

/** The hash of the item's name goes after the pallet's: the first 32 bytes of every FRAME storage key. */
export function storagePrefix(pallet: string, item: string): Uint8Array {
  return concatBytes(twox128(encodeText(pallet)), twox128(encodeText(item)));
}

/** Key of a plain item (no map keys), of a map entry, or of the first entries of a double or n-map. */
export function storageKey(pallet: string, item: string, ...keys: readonly MapKey[]): Uint8Array {
  return concatBytes(storagePrefix(pallet, item), ...keys.map(hashMapKey));
}

/** What a map key becomes inside a storage key. */
export function hashMapKey({ hasher, key }: MapKey): Uint8Array {
  switch (hasher) {
    case 'Blake2_128':
      return blake2b128(key);
    case 'Blake2_128Concat':
      return concatBytes(blake2b128(key), key);
    case 'Blake2_256':
      return blake2b256(key);
    case 'Twox128':
      return twox128(key);
    case 'Twox64Concat':
      return concatBytes(twox64(key), key);
    case 'Twox256':
      return twox256(key);
    case 'Identity':
      return new Uint8Array(key);
  }
}
