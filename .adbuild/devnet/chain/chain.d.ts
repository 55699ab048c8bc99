import { EventEmitter } from 'node:events';
import { type DigestItem } from '../../src/proof/index.ts';
import { type Hex } from '../bytes.ts';
import { Runtime } from '../executor/runtime.ts';
import { type Block } from './block.ts';
import { type BuiltBlock, type InherentData } from './block-builder.ts';
import { ChainTypes } from './chain-types.ts';
import { TransactionPool } from './pool.ts';
import type { State } from './state.ts';
export interface ChainIdentity {
    /** What `system_chain` answers. */
    readonly name: string;
    readonly tokenSymbol: string;
    readonly tokenDecimals: number;
    readonly ss58Format: number;
}
export interface ChainEvents {
    imported: [Block];
    finalized: [Block];
}
/** A runtime that nodes use instead of the one on chain: `codeSubstitutes` of a chain spec. */
export interface CodeSubstitute {
    readonly fromBlock: number;
    readonly code: Uint8Array;
}
/** One chain as its nodes hold it: blocks, recent states, the pool. It never forks. */
export declare class Chain extends EventEmitter<ChainEvents> {
    #private;
    readonly identity: ChainIdentity;
    readonly genesisHash: Hex;
    readonly pool: TransactionPool;
    constructor(identity: ChainIdentity, genesis: State, stateHistory: number);
    get best(): Block;
    get finalized(): Block;
    block(hash: Hex): Block | undefined;
    hashAt(number: number): Hex | undefined;
    blockAt(number: number): Block | undefined;
    /** Throws RESCUE_DEVNET_FAILED when the state is pruned. */
    stateOf(block: Block): State;
    /** The code that nodes run on top of `block`: the substitute where one applies, else `:code`. */
    codeOf(block: Block): Uint8Array;
    runtimeOf(block?: Block): Runtime;
    /** blake2-256 of the code that collators declare for candidates on top of `block`. */
    codeHashOf(block?: Block): Hex;
    /** Metadata, storage keys and calls of the runtime on top of `block`. */
    typesOf(block?: Block): ChainTypes;
    /** Calls a runtime API; what the call writes is dropped. Throws RuntimePanic. */
    call(method: string, argument: Uint8Array, block?: Block): Uint8Array;
    /** Builds on the best block without importing the result. Throws RuntimePanic. */
    build(digest: readonly DigestItem[], inherents: InherentData, transactions: readonly Uint8Array[]): BuiltBlock;
    /** Makes `block`, a child of the best one, the best block. */
    import(block: Block): void;
    /** Finalizes up to `number`, never backwards; each block is announced. */
    finalize(number: number): void;
    /** Throws RESCUE_CODE_INVALID when `code` is no runtime. */
    installSubstitute(substitute: CodeSubstitute): void;
}
