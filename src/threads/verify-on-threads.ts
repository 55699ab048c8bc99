import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RescueError } from '../domain/errors.ts';
import type { EvidenceReport } from '../voting/evidence/points.ts';
import { checkSignatures, type SignatureChecker } from '../voting/evidence/signatures.ts';
import { type EvidenceVerifier, verifyEvidence } from '../voting/evidence/verifier.ts';

export interface SignatureThreads {
  readonly check: SignatureChecker;
  readonly threads: number;
  close(): Promise<void>;
}

type Answer = readonly (string | null)[];
interface Pending {
  readonly resolve: (problems: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** The compiled thread beside this file; sources run without a build have none. */
const WORKER = new URL('./worker.js', import.meta.url);
const COMPILED = import.meta.url.endsWith('.js');

/**
 * Checks signatures on other threads: they are almost all the time that a bundle takes. With fewer than two threads, or
 * when run without a build, they are checked on this one. Close it, or the process does not end.
 */
export function startSignatureThreads(count: number): SignatureThreads {
  if (count < 2 || !COMPILED) {
    return { check: checkSignatures, threads: 1, close: () => Promise.resolve() };
  }
  const pending = new Map<number, Pending>();
  /** Why no thread takes anything any more; null while they do. */
  let ended: RescueError | null = null;
  let last = 0;
  const end = (cause?: unknown) => {
    ended ??= new RescueError('RESCUE_INTERNAL', 'The threads that check signatures have ended.', { cause });
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(WORKER);
    worker.on('message', ({ id, problems }: { id: number; problems: Answer }) => {
      pending.get(id)?.resolve(problems);
      pending.delete(id);
    });
    worker.on('error', end);
    return worker;
  });
  return {
    threads: count,
    check: (batch) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        last += 1;
        pending.set(last, { resolve, reject });
        workers[last % count]?.postMessage({ id: last, batch });
      }),
    close: async () => {
      end();
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** `verifyEvidence` with the signatures on `count` threads of their own, which end with it. */
export async function verifyOnThreads(
  chunks: AsyncIterable<Uint8Array>,
  options: Parameters<EvidenceVerifier>[1],
  count = availableParallelism(),
): Promise<EvidenceReport> {
  const threads = startSignatureThreads(count);
  try {
    return await verifyEvidence(chunks, {
      ...options,
      checkSignatures: threads.check,
      signatureBatches: threads.threads * 3,
    });
  } finally {
    await threads.close();
  }
}
