import { type Trie } from '../../src/proof/index.ts';
import { type Hex } from '../bytes.ts';
/** What a block changes in one trie: new value, or null for a removed key. */
export type TrieChanges = ReadonlyMap<Hex, Uint8Array | null>;
/** Changes by trie: '' is the main one, others are named by their child storage key in hex, without prefix. */
export type Changes = ReadonlyMap<string, TrieChanges>;
export declare const MAIN_TRIE = "";
/** An immutable ordered map from hex keys to values; versions share what did not change. */
export declare class SortedMap {
    #private;
    constructor(values: ReadonlyMap<Hex, Uint8Array>, keys?: readonly Hex[]);
    get size(): number;
    get(key: Hex): Uint8Array | undefined;
    /** The least key above `after`. */
    nextKey(after: string): Hex | undefined;
    /** Up to `limit` keys that begin with `prefix` and lie above `after`, in order. */
    keysWithPrefix(prefix: string, after?: string, limit?: number): Hex[];
    entries(): Generator<readonly [Uint8Array, Uint8Array]>;
    with(changes: TrieChanges): SortedMap;
}
/** The whole storage after one block, with its trie. Immutable. */
export declare class State {
    readonly main: SortedMap;
    readonly children: ReadonlyMap<string, SortedMap>;
    readonly trie: Trie;
    readonly version: 0 | 1;
    private constructor();
    static genesis(entries: Iterable<readonly [Hex, Uint8Array]>, version: 0 | 1): State;
    get root(): Uint8Array;
    trieNamed(name: string): SortedMap | undefined;
    with(changes: Changes): State;
}
