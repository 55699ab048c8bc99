import type { SignedText } from '../../src/voting/ballots/signature.ts';
import { checkSignatures, type SignatureChecker } from '../../src/voting/evidence/signatures.ts';

/** What a thread answers to a batch: for each text null or what is wrong with it; or why it could not look. */
export type CheckedBatch = { readonly problems: readonly (string | null)[] } | { readonly message: string };

/** Each thread has the WebAssembly of all schemes for itself, some ten megabytes. */
const MOST_THREADS = 6;
/** One thread reads and hashes meanwhile. */
const OTHERS = 1;

export interface SignatureThreads {
  readonly check: SignatureChecker;
  /** How many there are at most. */
  readonly threads: number;
  close(): void;
}

/** A thread that takes one batch after the other. */
interface Thread {
  readonly worker: Worker;
  /** Ends when all that was given to it is done. */
  last: Promise<unknown>;
  waiting: number;
}

/**
 * Checks signatures on threads of their own, which are almost all the time that a bundle takes. They are started as they are needed: a bundle of
 * few votes needs none. Where the browser has no threads below a thread, or one core, all is checked on this one.
 */
export function openSignatureThreads(cores = navigator.hardwareConcurrency || 1): SignatureThreads {
  const most = typeof Worker === 'undefined' ? 0 : Math.min(cores - OTHERS, MOST_THREADS);
  if (most < 1) return { check: checkSignatures, threads: 1, close: () => undefined };
  const threads: Thread[] = [];
  let batches = 0;
  const freest = (): Thread => {
    const least = threads.reduce<Thread | null>(
      (best, one) => (best && best.waiting <= one.waiting ? best : one),
      null,
    );
    if (least && (least.waiting === 0 || threads.length >= most)) return least;
    const opened = openThread();
    threads.push(opened);
    return opened;
  };
  return {
    threads: most,
    check: async (batch) => {
      batches += 1;
      // A single batch is done sooner than a thread is there.
      if (batches === 1) return checkSignatures(batch);
      const thread = freest();
      thread.waiting += 1;
      const done = thread.last.then(() => checkOn(thread.worker, batch));
      thread.last = done.catch(() => undefined);
      try {
        return await done;
      } finally {
        thread.waiting -= 1;
      }
    },
    close: () => {
      for (const { worker } of threads) worker.terminate();
    },
  };
}

function openThread(): Thread {
  const worker = new Worker(new URL('./signature-worker.ts', import.meta.url), { type: 'module' });
  return { worker, last: answerOf(worker), waiting: 0 };
}

async function checkOn(worker: Worker, batch: readonly SignedText[]): Promise<readonly (string | null)[]> {
  const answer = answerOf<CheckedBatch>(worker);
  worker.postMessage(batch);
  const told = await answer;
  if ('problems' in told) return told.problems;
  throw new Error(told.message);
}

/** The next thing that the thread says. */
function answerOf<Told>(worker: Worker): Promise<Told> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Told>) => resolve(data);
    worker.onerror = ({ message }) =>
      reject(new Error(message || 'the thread that checks signatures did not start'));
  });
}
