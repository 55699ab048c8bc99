import { type Hex } from './bytes.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';
/** A block of the para with what its runtime commits to, as a collator hands it to validators. */
export interface Candidate {
    readonly block: Block;
    readonly relayParent: Block;
    /** Hash of the code the block was built with; the relay chain includes no other than its own. */
    readonly codeHash: Hex;
    readonly commitments: {
        readonly upwardMessages: readonly Hex[];
        readonly horizontalMessages: readonly [];
        readonly newValidationCode: Hex | null;
        readonly headData: Hex;
        readonly processedDownwardMessages: number;
        readonly hrmpWatermark: number;
    };
}
/** Builds the para's blocks as a collator does; see cumulus' `ParachainInherentData`. */
export declare class Collator {
    #private;
    constructor(para: Chain, relay: Chain, paraId: number);
    /**
     * A candidate on top of the para's best block in the context of the relay's best block.
     * @throws RuntimePanic when the para's runtime cannot build it.
     */
    collate(now: number): Candidate;
}
