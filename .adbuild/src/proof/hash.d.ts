/** BLAKE2b with 32 bytes of output: Substrate's hash of trie nodes, headers, code and extrinsics. */
export declare function blake2b256(data: Uint8Array): Uint8Array;
/** BLAKE2b with 16 bytes of output, the hash inside `Blake2_128` and `Blake2_128Concat` keys. */
export declare function blake2b128(data: Uint8Array): Uint8Array;
/** xxHash64 with seed 0, little-endian: the hash inside `Twox64Concat` keys. Not collision-resistant. */
export declare function twox64(data: Uint8Array): Uint8Array;
/** Two xxHash64 with seeds 0 and 1, little-endian: the hash of pallet and item names. Not collision-resistant. */
export declare function twox128(data: Uint8Array): Uint8Array;
/** Four xxHash64 with seeds 0 to 3, little-endian. Not collision-resistant. */
export declare function twox256(data: Uint8Array): Uint8Array;
