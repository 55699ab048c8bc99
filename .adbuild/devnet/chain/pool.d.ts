import { type Hex } from '../bytes.ts';
import type { Block } from './block.ts';
import type { Chain } from './chain.ts';
import { type TransactionError } from './validity.ts';
/** What happens to a submitted transaction, as `author_extrinsicUpdate` tells it. */
export type TransactionStatus = {
    readonly type: 'ready' | 'future' | 'dropped' | 'invalid';
} | {
    readonly type: 'inBlock' | 'finalized';
    readonly blockHash: Hex;
} | {
    readonly type: 'usurped';
    readonly by: Hex;
};
export type SubmitResult = {
    readonly ok: true;
    readonly hash: Hex;
} | {
    readonly ok: false;
    readonly code: number;
    readonly message: string;
    readonly data: string;
};
/** Transactions that wait for a block, with nodes' rules for priorities, tags and replacement. */
export declare class TransactionPool {
    #private;
    constructor(chain: Chain);
    get size(): number;
    pending(): Uint8Array[];
    /** `bytes` with their length in front, as `author_submitExtrinsic` takes them. */
    submit(bytes: Uint8Array, watcher?: (status: TransactionStatus) => void): SubmitResult;
    unwatch(hash: Hex, watcher: (status: TransactionStatus) => void): void;
    /** The first nonce from `next` on that no pending transaction of `account` uses, by the tags of CheckNonce. */
    nextNonce(account: Uint8Array, next: number): number;
    /** What the next block should hold, in order. */
    ready(): Uint8Array[];
    /** A block builder's refusal of a transaction: dropped, unless a later block may take it. */
    refuse(bytes: Uint8Array, failure: TransactionError): void;
    afterImport(block: Block): void;
}
