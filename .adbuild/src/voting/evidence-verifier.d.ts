import { type TrustedFacts } from './evidence-chain.ts';
import { type EvidenceReport } from './evidence-points.ts';
import { type SignatureChecker } from './evidence-signatures.ts';
export interface VerifyOptions {
    readonly trusted?: TrustedFacts;
    readonly checkSignatures?: SignatureChecker;
    /** Batches of signatures under way at once; as many as the checker has threads, and some. */
    readonly signatureBatches?: number;
}
/**
 * Recomputes everything in a bundle from its own bytes, in one pass: memory holds the trie nodes and the accounts'
 * last one, not the votes. Points that rest on one that fails are not covered. Reading errors of the stream are thrown.
 */
export declare function verifyEvidence(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: VerifyOptions): Promise<EvidenceReport>;
