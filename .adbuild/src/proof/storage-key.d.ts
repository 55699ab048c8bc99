/** How a storage map hashes a key, as metadata names it. */
export type StorageHasher = 'Blake2_128' | 'Blake2_128Concat' | 'Blake2_256' | 'Twox128' | 'Twox64Concat' | 'Twox256' | 'Identity';
/** One key of a storage map: how it's hashed, and its SCALE encoding. */
export interface MapKey {
    readonly hasher: StorageHasher;
    readonly key: Uint8Array;
}
/** The hash of the item's name goes after the pallet's: the first 32 bytes of every FRAME storage key. */
export declare function storagePrefix(pallet: string, item: string): Uint8Array;
/** Key of a plain item (no map keys), of a map entry, or of the first entries of a double or n-map. */
export declare function storageKey(pallet: string, item: string, ...keys: readonly MapKey[]): Uint8Array;
/** What a map key becomes inside a storage key. */
export declare function hashMapKey({ hasher, key }: MapKey): Uint8Array;
