import { toHex } from '../bytes.js';
/** Only so many finalized blocks are announced at the beginning. */
const INITIAL_FINALIZED = 8;
/** One `chainHead_v1_follow`: tells blocks as they come and pins what it told until the client unpins it. */
export class Follow {
    #chain;
    #withRuntime;
    #pinned = new Set();
    #push = () => { };
    #operations = 0;
    constructor(chain, withRuntime) {
        this.#chain = chain;
        this.#withRuntime = withRuntime;
    }
    begin(push) {
        this.#push = push;
        const chain = this.#chain;
        const { best, finalized } = chain;
        const first = Math.max(0, finalized.number - INITIAL_FINALIZED + 1);
        const finalizedBlockHashes = [];
        for (let number = first; number <= finalized.number; number++) {
            const block = chain.blockAt(number);
            if (block === undefined || block.state === null)
                continue;
            this.#pinned.add(block.hash);
            finalizedBlockHashes.push(block.hash);
        }
        push({
            event: 'initialized',
            finalizedBlockHashes,
            ...(this.#withRuntime ? { finalizedBlockRuntime: this.#runtimeOf(finalized) } : {}),
        });
        for (let number = finalized.number + 1; number <= best.number; number++) {
            const block = chain.blockAt(number);
            if (block)
                this.#announce(block);
        }
        push({ event: 'bestBlockChanged', bestBlockHash: best.hash });
        chain.on('imported', this.#imported);
        chain.on('finalized', this.#finalized);
    }
    end() {
        this.#chain.off('imported', this.#imported);
        this.#chain.off('finalized', this.#finalized);
        this.#pinned.clear();
    }
    /** The pinned block, or undefined when the client may not ask about it. */
    block(hash) {
        return this.#pinned.has(hash) ? this.#chain.block(hash) : undefined;
    }
    /** False, and nothing is unpinned, when one of the hashes is not pinned. */
    unpin(hashes) {
        if (!hashes.every((hash) => this.#pinned.has(hash)))
            return false;
        for (const hash of hashes)
            this.#pinned.delete(hash);
        return true;
    }
    /** Starts an operation: its events follow the answer that names it. */
    operate(run) {
        const operationId = String(this.#operations++);
        setImmediate(() => {
            for (const event of run())
                this.#push({ ...event, operationId });
        });
        return { result: 'started', operationId };
    }
    #imported = (block) => {
        this.#announce(block);
        this.#push({ event: 'bestBlockChanged', bestBlockHash: block.hash });
    };
    #finalized = (block) => {
        this.#push({ event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] });
    };
    #announce(block) {
        this.#pinned.add(block.hash);
        const parentBlockHash = toHex(block.header.parentHash);
        const parent = this.#chain.block(parentBlockHash);
        const changed = parent?.state && this.#chain.runtimeOf(parent) !== this.#chain.runtimeOf(block);
        this.#push({
            event: 'newBlock',
            blockHash: block.hash,
            parentBlockHash,
            newRuntime: this.#withRuntime && changed ? this.#runtimeOf(block) : null,
        });
    }
    #runtimeOf(block) {
        return { type: 'valid', spec: specView(this.#chain.runtimeOf(block).version) };
    }
}
function specView(version) {
    const { specName, implName, specVersion, implVersion, transactionVersion, apis } = version;
    return {
        specName,
        implName,
        specVersion,
        implVersion,
        transactionVersion,
        apis: Object.fromEntries(apis),
    };
}
//# sourceMappingURL=follow.js.map