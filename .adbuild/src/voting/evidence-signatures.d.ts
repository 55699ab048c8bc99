import { type SignedText } from './signature.ts';
/** For each signed text null, or why it is not signed. May work elsewhere, such as on other threads. */
export type SignatureChecker = (batch: readonly SignedText[]) => Promise<readonly (string | null)[]>;
/** Checks on this thread. Needs `signaturesReady()`. */
export declare const checkSignatures: SignatureChecker;
/** Collects signatures and has them checked in batches, a bounded number of them at the same time. */
export declare class SignatureQueue {
    #private;
    /** `most` batches are under way before `add` waits. */
    constructor(check: SignatureChecker, most: number);
    add(signed: SignedText): Promise<unknown> | null;
    /** The problem of the first signature, in the order of `add`, that is not valid. */
    end(): Promise<string | null>;
}
