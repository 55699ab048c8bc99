import { type SignatureChecker } from './evidence-signatures.ts';
export interface SignatureThreads {
    readonly check: SignatureChecker;
    readonly threads: number;
    close(): Promise<void>;
}
/**
 * Checks signatures on other threads: they are almost all the time that a bundle takes. With fewer than two threads, or
 * when run without a build, they are checked on this one. Close it, or the process does not end.
 */
export declare function startSignatureThreads(count: number): SignatureThreads;
