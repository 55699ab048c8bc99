import type { ParaObservation } from '../domain/observation.ts';
import type { Journal, RelayCall, RelaySubmitter } from '../domain/ports.ts';
import type { ParaId } from '../domain/units.ts';
import type { BlockFeed } from './block-feed.ts';
/** One irreversible act on the relay chain, with the facts that allow it and the fact that ends it. */
export interface Step {
    /** Journal key: the same act never gets a second extrinsic while the first can still be included. */
    readonly key: string;
    readonly paraId: ParaId;
    readonly title: string;
    readonly call: () => Promise<RelayCall>;
    /** Why it may not be done at this block; empty when it may. */
    readonly obstacles: (observation: ParaObservation) => Promise<readonly string[]> | readonly string[];
    /** True when the para lives again, so that the act must not be done any more. */
    readonly isMoot: (observation: ParaObservation) => boolean;
    /** True when chain state shows the effect. */
    readonly isDone: (observation: ParaObservation) => boolean;
    /** What undid the effect of a call that succeeded, where chain state tells; null otherwise. */
    readonly undoneBy: (observation: ParaObservation) => string | null;
}
export interface StepExecutorOptions {
    readonly feed: BlockFeed;
    readonly journal: Journal;
    readonly submitter: RelaySubmitter;
    readonly tell: (paraId: ParaId, type: string, message: string, data?: Record<string, unknown>) => void;
}
export interface StepExecutor {
    /** Checks, signs and journals; sends nothing. Without a key of its own it only checks. */
    authorise(step: Step, saved: () => Promise<void>, signal: AbortSignal): Promise<void>;
    /** Sends what was journalled, or waits for an outside signer, until chain state shows the effect. */
    submit(step: Step, signal: AbortSignal): Promise<void>;
}
/**
 * Carries a step out once. The order that makes a crash harmless at any point:
 * 1. the machine's snapshot is on disk; 2. the signed bytes are; 3. the mark `sent` is; 4. the bytes go out.
 * After a restart the chain is asked what became of those bytes before anything is sent, and only bytes that can
 * provably not be included any more are replaced.
 */
export declare function createStepExecutor({ feed, journal, submitter, tell }: StepExecutorOptions): StepExecutor;
