import { parentPort } from 'node:worker_threads';
import { checkSignatures } from './evidence-signatures.js';
import { signaturesReady } from './signature.js';
/** A thread of `startSignatureThreads`: takes numbered batches and answers each. */
await signaturesReady();
parentPort?.on('message', ({ id, batch }) => {
    void checkSignatures(batch).then((problems) => parentPort?.postMessage({ id, problems }));
});
//# sourceMappingURL=evidence-worker.js.map