import { parentPort } from 'node:worker_threads';
import { type SignedText, signaturesReady } from '../voting/ballots/signature.ts';
import { checkSignatures } from '../voting/evidence/signatures.ts';

/** A thread of `startSignatureThreads`: takes numbered batches and answers each. */
await signaturesReady();
parentPort?.on('message', ({ id, batch }: { id: number; batch: readonly SignedText[] }) => {
  void checkSignatures(batch).then((problems) => parentPort?.postMessage({ id, problems }));
});
