import type { Host } from './host.ts';
import type { WasmFunction } from './webassembly.ts';
/**
 * `ext_hashing_*`, `ext_crypto_*` (verification only: no key lives in a node here) and `ext_trie_*`.
 * Signatures verify only once `cryptoReady` has resolved; hashing works at once.
 */
export declare function hashingFunctions(host: Host): Record<string, WasmFunction>;
/** Loads what signatures are verified with: fast code in wasm, which compiles asynchronously. */
export declare function cryptoReady(): Promise<void>;
/** Root of the trie from compact-encoded index to value: an `extrinsicsRoot`. */
export declare function orderedTrieRoot(values: readonly Uint8Array[], version: 0 | 1): Uint8Array;
