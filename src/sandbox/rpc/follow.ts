import { type Hex, toHex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import { Operations } from './operations.ts';

/** Only so many finalized blocks are announced at the beginning. */
const INITIAL_FINALIZED = 8;
/** sc-rpc-spec-v2 `MAX_PINNED_BLOCKS`: a client that unpins nothing is stopped, as by nodes. */
const MOST_PINNED = 512;

/** One `chainHead_v1_follow`: tells blocks as they come and pins what it told, with its state, until the client unpins it. */
export class Follow {
  readonly withRuntime: boolean;
  readonly operations: Operations;
  readonly #chain: Chain;
  readonly #pinned = new Map<Hex, Block>();
  #push: (event: unknown) => void = () => {};
  #stop: () => void = () => {};

  constructor(chain: Chain, withRuntime: boolean) {
    this.#chain = chain;
    this.withRuntime = withRuntime;
    this.operations = new Operations((event) => this.#push(event));
  }

  /** `stop` ends the subscription: the client has more blocks pinned than a node keeps for it. */
  begin(push: (event: unknown) => void, stop: () => void): void {
    this.#push = push;
    this.#stop = stop;
    const chain = this.#chain;
    const { best, finalized } = chain;
    const first = Math.max(0, finalized.number - INITIAL_FINALIZED + 1);
    const finalizedBlockHashes: Hex[] = [];
    for (let number = first; number <= finalized.number; number++) {
      const block = chain.blockAt(number);
      if (block === undefined || block.state === null) continue;
      this.#pin(block);
      finalizedBlockHashes.push(block.hash);
    }
    push({
      event: 'initialized',
      finalizedBlockHashes,
      ...(this.withRuntime ? { finalizedBlockRuntime: this.#runtimeOf(finalized) } : {}),
    });
    for (let number = finalized.number + 1; number <= best.number; number++) {
      const block = chain.blockAt(number);
      if (block) this.#announce(block);
    }
    push({ event: 'bestBlockChanged', bestBlockHash: best.hash });
    chain.on('imported', this.#imported);
    chain.on('finalized', this.#finalized);
  }

  end(): void {
    this.#chain.off('imported', this.#imported);
    this.#chain.off('finalized', this.#finalized);
    this.operations.end();
    this.#pinned.clear();
  }

  /** The pinned block with its state, or undefined when the client may not ask about it. */
  block(hash: Hex): Block | undefined {
    return this.#pinned.get(hash);
  }

  /** False, and nothing is unpinned, when one of the hashes is not pinned. */
  unpin(hashes: readonly Hex[]): boolean {
    if (!hashes.every((hash) => this.#pinned.has(hash))) return false;
    for (const hash of hashes) this.#pinned.delete(hash);
    return true;
  }

  readonly #imported = (block: Block): void => {
    if (this.#pinned.size >= MOST_PINNED) {
      this.#push({ event: 'stop' });
      this.#stop();
      return;
    }
    this.#announce(block);
    this.#push({ event: 'bestBlockChanged', bestBlockHash: block.hash });
  };

  readonly #finalized = (block: Block): void => {
    this.#push({ event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] });
  };

  /** A copy, so that its state outlives the chain's own history. */
  #pin(block: Block): void {
    this.#pinned.set(block.hash, { ...block });
  }

  #announce(block: Block): void {
    this.#pin(block);
    const parentBlockHash = toHex(block.header.parentHash);
    this.#push({
      event: 'newBlock',
      blockHash: block.hash,
      parentBlockHash,
      ...(this.withRuntime && { newRuntime: this.#newRuntime(block, parentBlockHash) }),
    });
  }

  /** Null where it is that of its parent. */
  #newRuntime(block: Block, parentHash: Hex) {
    const parent = this.#chain.block(parentHash);
    const isNew = parent?.state && this.#chain.runtimeOf(parent) !== this.#chain.runtimeOf(block);
    return isNew ? this.#runtimeOf(block) : null;
  }

  #runtimeOf(block: Block) {
    return { type: 'valid', spec: specView(this.#chain.runtimeOf(block).version) };
  }
}

function specView(version: RuntimeVersion) {
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
