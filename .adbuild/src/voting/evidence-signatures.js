import { messageOf } from '../domain/errors.js';
import { verifySignature } from './signature.js';
/** Checks on this thread. Needs `signaturesReady()`. */
export const checkSignatures = async (batch) => batch.map(problemOf);
function problemOf(signed) {
    try {
        verifySignature(signed);
        return null;
    }
    catch (error) {
        return messageOf(error);
    }
}
/** Signatures that go to one thread at once: long enough not to notice the post, short enough for all to end together. */
const BATCH = 256;
/** Collects signatures and has them checked in batches, a bounded number of them at the same time. */
export class SignatureQueue {
    #check;
    #most;
    #running = new Set();
    #batch = [];
    #added = 0;
    #first = null;
    /** `most` batches are under way before `add` waits. */
    constructor(check, most) {
        this.#check = check;
        this.#most = most;
    }
    add(signed) {
        this.#batch.push(signed);
        if (this.#batch.length < BATCH)
            return null;
        this.#send();
        return this.#running.size > this.#most ? Promise.race(this.#running) : null;
    }
    /** The problem of the first signature, in the order of `add`, that is not valid. */
    async end() {
        this.#send();
        while (this.#running.size > 0)
            await Promise.all(this.#running);
        return this.#first?.problem ?? null;
    }
    #send() {
        const batch = this.#batch;
        if (batch.length === 0)
            return;
        const start = this.#added;
        this.#batch = [];
        this.#added += batch.length;
        const run = this.#check(batch).then((problems) => {
            this.#running.delete(run);
            const index = problems.findIndex((problem) => problem !== null);
            const problem = problems[index];
            if (problem == null || (this.#first && this.#first.index < start + index))
                return;
            this.#first = { index: start + index, problem };
        });
        run.catch(() => undefined);
        this.#running.add(run);
    }
}
//# sourceMappingURL=evidence-signatures.js.map