import { type Header } from '../../src/proof/index.ts';
import { type Hex } from '../bytes.ts';
import type { State } from './state.ts';
/** A block of the one chain that there is: no forks, because nobody competes. */
export interface Block {
    readonly number: number;
    readonly hash: Hex;
    readonly header: Header;
    readonly encodedHeader: Uint8Array;
    readonly extrinsics: readonly Uint8Array[];
    /** The state after the block; null once pruned. */
    state: State | null;
}
export declare function blockOf(header: Header, extrinsics: readonly Uint8Array[], state: State): Block;
export declare function genesisBlock(state: State): Block;
