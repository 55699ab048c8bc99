import { EventEmitter } from 'node:events';
import { RescueError } from '../../src/domain/errors.js';
import { blake2b256 } from '../../src/proof/index.js';
import { toHex, utf8 } from '../bytes.js';
import { Runtime } from '../executor/runtime.js';
import { genesisBlock } from './block.js';
import { buildBlock } from './block-builder.js';
import { ChainTypes } from './chain-types.js';
import { Overlay } from './overlay.js';
import { TransactionPool } from './pool.js';
const CODE_KEY = toHex(utf8(':code'));
/** One chain as its nodes hold it: blocks, recent states, the pool. It never forks. */
export class Chain extends EventEmitter {
    identity;
    genesisHash;
    pool;
    #byHash = new Map();
    #hashes = [];
    #history;
    #types = new WeakMap();
    #codeHashes = new WeakMap();
    #substitutes = [];
    #finalized;
    #best;
    constructor(identity, genesis, stateHistory) {
        super();
        this.setMaxListeners(0);
        this.identity = identity;
        this.#history = stateHistory;
        this.#best = genesisBlock(genesis);
        this.#finalized = this.#best;
        this.genesisHash = this.#best.hash;
        this.#byHash.set(this.#best.hash, this.#best);
        this.#hashes.push(this.#best.hash);
        this.pool = new TransactionPool(this);
    }
    get best() {
        return this.#best;
    }
    get finalized() {
        return this.#finalized;
    }
    block(hash) {
        return this.#byHash.get(hash);
    }
    hashAt(number) {
        return this.#hashes[number];
    }
    blockAt(number) {
        const hash = this.#hashes[number];
        return hash === undefined ? undefined : this.#byHash.get(hash);
    }
    /** Throws RESCUE_DEVNET_FAILED when the state is pruned. */
    stateOf(block) {
        if (block.state !== null)
            return block.state;
        throw new RescueError('RESCUE_DEVNET_FAILED', `State already discarded for ${block.hash}`);
    }
    /** The code that nodes run on top of `block`: the substitute where one applies, else `:code`. */
    codeOf(block) {
        const code = this.stateOf(block).main.get(CODE_KEY);
        if (code === undefined)
            throw new RescueError('RESCUE_DEVNET_FAILED', 'The state holds no runtime.');
        const version = Runtime.of(code).version.specVersion;
        const substitute = this.#substitutes.findLast((candidate) => candidate.fromBlock <= block.number && Runtime.of(candidate.code).version.specVersion === version);
        return substitute?.code ?? code;
    }
    runtimeOf(block = this.#best) {
        return Runtime.of(this.codeOf(block));
    }
    /** blake2-256 of the code that collators declare for candidates on top of `block`. */
    codeHashOf(block = this.#best) {
        const code = this.codeOf(block);
        let hash = this.#codeHashes.get(code);
        if (hash === undefined) {
            hash = toHex(blake2b256(code));
            this.#codeHashes.set(code, hash);
        }
        return hash;
    }
    /** Metadata, storage keys and calls of the runtime on top of `block`. */
    typesOf(block = this.#best) {
        const runtime = this.runtimeOf(block);
        let types = this.#types.get(runtime);
        if (types === undefined) {
            types = new ChainTypes(runtime, this.stateOf(block));
            this.#types.set(runtime, types);
        }
        return types;
    }
    /** Calls a runtime API; what the call writes is dropped. Throws RuntimePanic. */
    call(method, argument, block = this.#best) {
        return this.runtimeOf(block).call(method, argument, new Overlay(this.stateOf(block))).result;
    }
    /** Builds on the best block without importing the result. Throws RuntimePanic. */
    build(digest, inherents, transactions) {
        const parent = this.#best;
        return buildBlock({
            parent,
            parentState: this.stateOf(parent),
            runtime: this.runtimeOf(parent),
            digest,
            inherents,
            transactions,
        });
    }
    /** Makes `block`, a child of the best one, the best block. */
    import(block) {
        if (toHex(block.header.parentHash) !== this.#best.hash) {
            throw new RescueError('RESCUE_DEVNET_FAILED', 'A block must be imported on top of the best one.');
        }
        this.#byHash.set(block.hash, block);
        this.#hashes.push(block.hash);
        this.#best = block;
        this.pool.afterImport(block);
        this.emit('imported', block);
    }
    /** Finalizes up to `number`, never backwards; each block is announced. */
    finalize(number) {
        while (this.#finalized.number < Math.min(number, this.#best.number)) {
            const next = this.blockAt(this.#finalized.number + 1);
            if (next === undefined)
                return;
            this.#finalized = next;
            this.#prune(next.number - this.#history);
            this.emit('finalized', next);
        }
    }
    /** Throws RESCUE_CODE_INVALID when `code` is no runtime. */
    installSubstitute(substitute) {
        Runtime.of(substitute.code);
        this.#substitutes.push(substitute);
    }
    #prune(number) {
        const old = number <= 0 ? undefined : this.blockAt(number);
        if (old !== undefined)
            old.state = null;
    }
}
//# sourceMappingURL=chain.js.map