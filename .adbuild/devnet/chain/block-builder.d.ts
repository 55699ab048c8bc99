import { type DigestItem } from '../../src/proof/index.ts';
import type { Runtime } from '../executor/runtime.ts';
import { type Block } from './block.ts';
import type { State } from './state.ts';
import { type TransactionError } from './validity.ts';
/** Data for inherents by their 8-letter identifiers, such as `timstap0`, SCALE-encoded. */
export type InherentData = Readonly<Record<string, Uint8Array>>;
export interface BlockPlan {
    readonly parent: Block;
    readonly parentState: State;
    readonly runtime: Runtime;
    readonly digest: readonly DigestItem[];
    readonly inherents: InherentData;
    readonly transactions: readonly Uint8Array[];
}
export interface BuiltBlock {
    readonly block: Block;
    /** Transactions that the runtime refused, by their place in the plan. */
    readonly refused: ReadonlyMap<number, TransactionError>;
}
/**
 * Builds a block as a node's block builder does: initialize, inherents, transactions, finalize. Throws
 * RuntimePanic when the runtime panics outside of a transaction, or when an inherent does not apply.
 */
export declare function buildBlock(plan: BlockPlan): BuiltBlock;
