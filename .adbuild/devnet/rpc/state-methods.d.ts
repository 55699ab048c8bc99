import { type Hex } from '../bytes.ts';
import type { Chain } from '../chain/chain.ts';
import type { Methods } from './methods.ts';
/** Runs a runtime API at a block, with failures told as nodes tell them. */
export declare function runtimeCall(chain: Chain, method: string, argument: Uint8Array, at: Hex | null): Uint8Array;
/** What the state calls a child trie, from its prefixed storage key. */
export declare function childName(key: Hex): string;
/** `state_*` and the reading half of `childstate_*`. */
export declare function stateMethods(chain: Chain): Methods;
