import { type Hex } from '../bytes.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
/** One `chainHead_v1_follow`: tells blocks as they come and pins what it told until the client unpins it. */
export declare class Follow {
    #private;
    constructor(chain: Chain, withRuntime: boolean);
    begin(push: (event: unknown) => void): void;
    end(): void;
    /** The pinned block, or undefined when the client may not ask about it. */
    block(hash: Hex): Block | undefined;
    /** False, and nothing is unpinned, when one of the hashes is not pinned. */
    unpin(hashes: readonly Hex[]): boolean;
    /** Starts an operation: its events follow the answer that names it. */
    operate(run: () => readonly Record<string, unknown>[]): {
        result: 'started';
        operationId: string;
    };
}
