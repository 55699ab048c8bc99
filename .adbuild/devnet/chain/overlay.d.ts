import type { Hex } from '../bytes.ts';
import { type Changes, type State } from './state.ts';
/** Uncommitted changes over a state, with the nested transactions that runtimes open (`ext_storage_*`). */
export declare class Overlay {
    #private;
    readonly base: State;
    constructor(base: State);
    get(key: Hex, trie?: string): Uint8Array | undefined;
    /** `value` must not be changed by the caller afterwards; null removes the key. */
    set(key: Hex, value: Uint8Array | null, trie?: string): void;
    nextKey(after: Hex, trie?: string): Hex | undefined;
    /**
     * Removes keys that begin with `prefix`: all that this block wrote, and up to `limit` of the ones below.
     * `removed` counts the latter, as `ext_storage_clear_prefix_version_2` demands.
     */
    clearPrefix(prefix: Hex, limit?: number, trie?: string): {
        removed: number;
        all: boolean;
    };
    begin(): void;
    commit(): void;
    rollback(): void;
    get depth(): number;
    /** All that changed so far, open transactions included. */
    changes(): Changes;
    /** The state with all changes so far; computed once until the next write. */
    seal(): State;
}
