import { type TrieNode, type TrieValue } from './trie-node.ts';
type Entry = readonly [Uint8Array, TrieValue];
/** The subtrie of `entries[low..high)`, sorted and distinct, whose paths agree before nibble `depth`. */
export declare function nodeOfSorted(entries: readonly Entry[], low: number, high: number, depth: number): TrieNode;
/** `node` with `value` under `key`; nodes off the key's path are shared. The very same node when nothing changes. */
export declare function insert(node: TrieNode | null, key: Uint8Array, depth: number, value: TrieValue): TrieNode;
/** `node` without `key`, or null when nothing is left. The very same node when the key isn't there. */
export declare function remove(node: TrieNode, key: Uint8Array, depth: number): TrieNode | null;
export {};
