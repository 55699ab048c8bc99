import { concatBytes } from './bytes.js';
import { blake2b128, blake2b256, twox64, twox128, twox256 } from './hash.js';
/** The hash of the item's name goes after the pallet's: the first 32 bytes of every FRAME storage key. */
export function storagePrefix(pallet, item) {
    const text = new TextEncoder();
    return concatBytes(twox128(text.encode(pallet)), twox128(text.encode(item)));
}
/** Key of a plain item (no map keys), of a map entry, or of the first entries of a double or n-map. */
export function storageKey(pallet, item, ...keys) {
    return concatBytes(storagePrefix(pallet, item), ...keys.map(hashMapKey));
}
/** What a map key becomes inside a storage key. */
export function hashMapKey({ hasher, key }) {
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
//# sourceMappingURL=storage-key.js.map