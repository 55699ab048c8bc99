import { type Hex } from '../bytes.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import type { State } from '../chain/state.ts';
import type { RuntimeVersion } from '../executor/code.ts';
export declare function headerView(block: Block): {
    parentHash: `0x${string}`;
    number: string;
    stateRoot: `0x${string}`;
    extrinsicsRoot: `0x${string}`;
    digest: {
        logs: `0x${string}`[];
    };
};
export declare function versionView(version: RuntimeVersion): {
    specName: string;
    implName: string;
    authoringVersion: number;
    specVersion: number;
    implVersion: number;
    apis: readonly (readonly [`0x${string}`, number])[];
    transactionVersion: number;
    systemVersion: 0 | 1;
    stateVersion: 0 | 1;
};
/** The block that a request names, the best one without a name. Throws RpcError 4003. */
export declare function blockAt(chain: Chain, hash: Hex | null): Block;
/** Throws RpcError 4003 for unknown and for pruned blocks. */
export declare function stateAt(chain: Chain, hash: Hex | null): {
    block: Block;
    state: State;
};
